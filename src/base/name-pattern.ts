import { expandBraces } from './glob-braces.ts';
import { globSource } from './glob-source.ts';

/** Which names of an environment are meant: those that a glob fits, or those that begin with a text. */
export type NamePattern = { readonly glob: string } | { readonly prefix: string };

/**
 * Whether a name fits. In a glob `*` stands for any text, `?` for one character, `[a-z]` and `{a,b}` are what they are in
 * globs of paths, and a backslash quotes; whatever is left open stands for itself, so that no glob is wrong.
 */
export function namePatternMatcher(pattern: NamePattern): (name: string) => boolean {
  if ('prefix' in pattern) return (name) => name.startsWith(pattern.prefix);
  const fits = new RegExp(
    `^(?:${expandBraces(pattern.glob)
      .map((glob) => globSource(glob, anything))
      .join('|')})$`,
    'su',
  );
  return (name) => fits.test(name);
}

const anything = { star: '.*', question: '.' };
