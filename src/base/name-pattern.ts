import { expandBraces } from './glob-braces.ts';
import { bracketAt, patternCharacters } from './glob-bracket.ts';

/** Which names of an environment are meant: those that a glob fits, or those that begin with a text. */
export type NamePattern = { readonly glob: string } | { readonly prefix: string };

/**
 * Whether a name fits. In a glob `*` stands for any text, `?` for one character, `[a-z]` and `{a,b}` are what they are in
 * globs of paths, and a backslash quotes; whatever is left open stands for itself, so that no glob is wrong.
 */
export function namePatternMatcher(pattern: NamePattern): (name: string) => boolean {
  if ('prefix' in pattern) return (name) => name.startsWith(pattern.prefix);
  const fits = new RegExp(`^(?:${expandBraces(pattern.glob).map(sourceOf).join('|')})$`, 'su');
  return (name) => fits.test(name);
}

function sourceOf(glob: string): string {
  const characters = patternCharacters(glob);
  let source = '';
  for (let index = 0; index < characters.length; index++) {
    const { character, quoted } = characters[index] ?? { character: '', quoted: true };
    const bracket = character === '[' && !quoted ? bracketAt(characters, index) : undefined;
    if (bracket !== undefined) {
      source += bracket.source;
      index = bracket.end;
    } else if (!quoted && character === '*') source += '.*';
    else if (!quoted && character === '?') source += '.';
    else source += character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return source;
}
