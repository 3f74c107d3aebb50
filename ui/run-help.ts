import type { Command, Option } from 'commander';

/** `reprise run --help`: one line a flag where its description is short, and never more than 80 columns. */
export function renderRunHelp({ options }: Pick<Command, 'options'>): string {
  const rows = options.map((option) => [option.flags, descriptionOf(option)] as const);
  const width = Math.max(...rows.map(([flags]) => flags.length)) + 4;
  return [
    'Usage: reprise run [flags] [task | package#task] [args for the task…]',
    ...rows.flatMap(([flags, description]) => row(flags, description, width)),
    'Examples:',
    ...examples.flatMap(([command, description]) => row(command, description, exampleWidth)),
    '',
  ].join('\n');
}

const columns = 80;
const exampleWidth = 34;

const examples = [
  ['reprise run build --mode dev', '`build` of this package, with arguments'],
  ["reprise run -F 'app...' build", 'of app and all that it depends on'],
  ['reprise run --dry-run -r test', 'what would run, and why'],
] as const;

function descriptionOf({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description}: ${argChoices.join(', ')}`;
}

function row(left: string, description: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of description.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || width + last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line, index) => `${(index === 0 ? `  ${left}  ` : '').padEnd(width)}${line}`);
}
