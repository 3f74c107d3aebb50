import type { Word } from './planned.ts';

/** A word that stands for exactly `text`. */
export function literalWord(text: string): Word {
  return [{ kind: 'text', text, quoted: true }];
}

/** What a word says whatever the environment and the files; `undefined` where it depends on them. */
export function literalText(word: Word): string | undefined {
  const parts = word.map((part) => (part.kind === 'text' && (part.quoted || !isMagic(part.text)) ? part.text : undefined));
  return parts.some((part) => part === undefined) || hasTilde(word) ? undefined : parts.join('');
}

/** Whether text that is not quoted may be a glob. */
export function isMagic(text: string): boolean {
  return /[*?[]/.test(text);
}

/** Whether a word begins with a `~` that stands for the home directory. */
export function hasTilde([first, ...rest]: Word): boolean {
  if (first?.kind !== 'text' || first.quoted) return false;
  return first.text.startsWith('~/') || (first.text === '~' && rest.length === 0);
}

/** As one word of a shell, quoted only where it must be. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
