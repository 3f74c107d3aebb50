/** A character of a pattern; quoted, it stands for itself. */
export interface PatternCharacter {
  readonly character: string;
  readonly quoted: boolean;
}

/**
 * The bracket expression (`[a-z]`, `[!abc]`, `[[:alpha:]]`) that begins at `start`, as the source of a regular expression, and the
 * index of its `]`; `undefined` where none closes it, so that the `[` stands for itself.
 */
export function bracketAt(pattern: readonly PatternCharacter[], start: number): { source: string; end: number } | undefined {
  let index = start + 1;
  const isNegated = isOpen(pattern[index], '!') || isOpen(pattern[index], '^');
  if (isNegated) index++;
  const first = index;
  let source = '';
  for (; !isOpen(pattern[index], ']') || index === first; index++) {
    const item = pattern[index];
    if (item === undefined || (item.character === '/' && !item.quoted)) return undefined;
    const named = isOpen(item, '[') ? classAt(pattern, index) : undefined;
    const to = isOpen(pattern[index + 1], '-') && !isOpen(pattern[index + 2], ']') ? pattern[index + 2] : undefined;
    if (named !== undefined) {
      source += named.source;
      index = named.end;
    } else if (to !== undefined) {
      // A range that runs backwards holds nothing.
      if (item.character <= to.character) source += `${escapeInClass(item.character)}-${escapeInClass(to.character)}`;
      index += 2;
    } else source += escapeInClass(item.character);
  }
  return { source: `[${isNegated ? '^' : ''}${source}]`, end: index };
}

function isOpen(item: PatternCharacter | undefined, character: string): boolean {
  return item !== undefined && !item.quoted && item.character === character;
}

/** In the C locale, as everything here. */
const classes: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  xdigit: '0-9A-Fa-f',
  space: ' \\t\\n\\v\\f\\r',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
};

function classAt(pattern: readonly PatternCharacter[], start: number): { source: string; end: number } | undefined {
  const text = pattern
    .slice(start, start + 12)
    .map(({ character }) => character)
    .join('');
  const name = /^\[:(?<name>\w+):\]/.exec(text)?.groups?.['name'] ?? '';
  const source = classes[name];
  return source === undefined ? undefined : { source, end: start + name.length + 3 };
}

function escapeInClass(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}
