/**
 * Whether a service would obey this line of a log. Any service: a line that one of them obeys is never meant for people, and who
 * reads a log in the end is not always the one whose variables are set.
 */
export function isCommand(line: string): boolean {
  return command.test(line);
}

/** A text of ours, of which no line is obeyed, whatever the names of files and tasks in it. */
export function disarm(text: string): string {
  return text
    .replace(/^(\s*):(?=:)/gm, '$1: ')
    .replace(/#(?=#\w*\[)/g, '# ')
    .replace(/section_(?=(?:start|end):)/g, 'section ')
    .replace(/^(?=(?:---|\+\+\+|~~~|\^\^\^) )/gm, ' ');
}

const command = /^\s*::|##\w*\[|section_(?:start|end):|^(?:---|\+\+\+|~~~|\^\^\^) /;
