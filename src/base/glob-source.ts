import { bracketAt, patternCharacters } from './glob-bracket.ts';

/** What the two wildcards of a glob stand for, as regular expressions. */
export interface Wildcards {
  readonly star: string;
  readonly question: string;
}

/** A glob without braces as the source of a regular expression. What is left open stands for itself; a backslash quotes. */
export function globSource(glob: string, { star, question }: Wildcards): string {
  const characters = patternCharacters(glob);
  let source = '';
  for (let index = 0; index < characters.length; index++) {
    const { character, quoted } = characters[index] ?? { character: '', quoted: true };
    const bracket = character === '[' && !quoted ? bracketAt(characters, index) : undefined;
    if (bracket !== undefined) {
      source += bracket.source;
      index = bracket.end;
    } else if (!quoted && character === '*') source += star;
    else if (!quoted && character === '?') source += question;
    else source += character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return source;
}
