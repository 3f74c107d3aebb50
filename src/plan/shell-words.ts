import type { Word, WordPart } from './planned.ts';

/** A word and where it stands in the text, or the `&&` between two commands. */
export type Token = { readonly kind: 'and' } | ShellWord;

export interface ShellWord {
  readonly kind: 'word';
  readonly word: Word;
  readonly start: number;
  readonly end: number;
}

/**
 * The words of a text, as every shell reads them; `undefined` where it holds more than words, quotes, plain variables and `&&`:
 * other operators, line ends, substitutions, expansions that change a value, a quote that is not closed.
 */
export function shellWords(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let parts: WordPart[] = [];
  let start = 0;
  let end = 0;
  const endWord = (): void => {
    if (parts.length > 0) tokens.push({ kind: 'word', word: parts, start, end });
    parts = [];
  };
  for (const { 0: source, index, groups = {} } of text.matchAll(lexeme)) {
    if (groups['separator'] === undefined) {
      const more = partsOf(groups);
      if (more === undefined) return undefined;
      if (parts.length === 0) start = index;
      parts.push(...more);
    } else {
      endWord();
      if (source === '&&') tokens.push({ kind: 'and' });
    }
    end = index + source.length;
  }
  endWord();
  return end === text.length ? tokens : undefined;
}

/** Of the expansions that may change a value, one is known: a fallback without anything special in it. */
const variable = String.raw`\$(?:(?<name>[A-Za-z_]\w*)|\{(?<braced>[A-Za-z_]\w*)(?::-(?<fallback>[\w./:@%+,=-]*))?\})`;

/** Sticky: where no alternative fits, the text is not understood. */
const lexeme = new RegExp(
  [
    String.raw`(?<separator>[ \t]+|&&)`,
    String.raw`'(?<single>[^']*)'`,
    String.raw`"(?<double>(?:[^"\\]|\\[^])*)"`,
    String.raw`\\(?<escaped>[^\n])`,
    variable,
    String.raw`(?<open>[^ \t\n'"\\$&|;<>()\x60]+)`,
  ].join('|'),
  'gy',
);

/** A backslash stands for itself, except before what it can take the meaning of, and a `$` before what no shell expands. */
const withinDoubleQuotes = new RegExp(
  [String.raw`(?<text>[^\\$\x60]+|\\(?![$\x60"\\\n])|\$(?![\w{([@*#?$!-]))`, String.raw`\\(?<escaped>[$\x60"\\])`, variable].join('|'),
  'gy',
);

type Groups = Readonly<Record<string, string | undefined>>;

function partsOf({ single, escaped, double, open, ...rest }: Groups): WordPart[] | undefined {
  if (double !== undefined) return doubleQuotedParts(double);
  const literal = single ?? escaped;
  if (literal !== undefined) return [{ kind: 'text', text: literal, quoted: true }];
  return [open === undefined ? variableOf(rest, false) : { kind: 'text', text: open, quoted: false }];
}

function doubleQuotedParts(content: string): WordPart[] | undefined {
  const parts: WordPart[] = [];
  let text = '';
  let end = 0;
  const endText = (): void => {
    if (text !== '') parts.push({ kind: 'text', text, quoted: true });
    text = '';
  };
  for (const { 0: source, index, groups = {} } of content.matchAll(withinDoubleQuotes)) {
    const more = groups['text'] ?? groups['escaped'];
    if (more === undefined) {
      endText();
      parts.push(variableOf(groups, true));
    } else text += more;
    end = index + source.length;
  }
  endText();
  if (end < content.length) return undefined;
  // Quotes make a word also where there is nothing between them.
  return parts.length === 0 ? [{ kind: 'text', text: '', quoted: true }] : parts;
}

function variableOf({ name, braced, fallback }: Groups, quoted: boolean): WordPart {
  const named = { kind: 'variable', name: name ?? braced ?? '', quoted } as const;
  if (fallback === undefined) return named;
  return { ...named, fallback: fallback === '' ? [] : [{ kind: 'text', text: fallback, quoted: true }] };
}
