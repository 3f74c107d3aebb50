import { bracketAt, patternCharacters, type PatternCharacter } from '../base/glob-bracket.ts';
import { expandBraces } from '../base/glob-braces.ts';

/**
 * Whether an absolute path matches, as for micromatch, which pnpm matches directories with: `**` is any number of levels, none
 * among them but after a `*`; what begins with a dot has to be named. `[!a]` and `!(a)` mean what they mean to a shell.
 */
export function compileDirectoryGlob(glob: string): (path: string) => boolean {
  const expressions = expandBraces(glob).map((one) => new RegExp(`^${translateLevels(one.split('/').slice(1))}$`, 'su'));
  return (path) => expressions.some((expression) => expression.test(path));
}

/** The path as a glob of itself alone. */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!+@|\\,]/g, '\\$&');
}

const notHidden = String.raw`(?!\.)`;

function translateLevels(levels: readonly string[]): string {
  return levels
    .map((level, index) => {
      if (level !== '**') return translateLevel(level);
      const isAfterStar = index === levels.length - 1 && isOneOf(patternCharacters(levels[index - 1] ?? '').at(-1), '*');
      return `(?:/${notHidden}[^/]+)${isAfterStar ? '+' : '*'}`;
    })
    .join('');
}

function translateLevel(level: string): string {
  const characters = patternCharacters(level);
  const isOpenAtStart = groupAt(characters, 0) !== undefined || isOneOf(characters[0], '*?[');
  return `/${isOpenAtStart ? `${notHidden}(?=[^/])` : ''}${translate(characters)}`;
}

function translate(characters: readonly PatternCharacter[]): string {
  let source = '';
  for (let index = 0; index < characters.length; index++) {
    const item = characters[index];
    const group = groupAt(characters, index);
    const bracket = isOneOf(item, '[') ? bracketAt(characters, index) : undefined;
    if (group !== undefined) {
      source += translateGroup(group, characters.slice(group.end + 1));
      index = group.end;
    } else if (bracket !== undefined) {
      source += `(?!/)${bracket.source}`;
      index = bracket.end;
    } else if (isOneOf(item, '*')) source += '[^/]*';
    else if (isOneOf(item, '?')) source += '[^/]';
    else source += (item?.character ?? '').replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  }
  return source;
}

interface Group {
  /** Of `@(a|b)` the `@`; without one of `@+*?!`, empty. */
  readonly sign: string;
  readonly alternatives: readonly (readonly PatternCharacter[])[];
  /** The index of its `)`. */
  readonly end: number;
}

/** The group that begins at `start`; `undefined` where none does, or none closes it. */
function groupAt(characters: readonly PatternCharacter[], start: number): Group | undefined {
  const isSigned = isOneOf(characters[start], '@+*?!') && isOneOf(characters[start + 1], '(');
  if (!isSigned && !isOneOf(characters[start], '(')) return undefined;
  const open = isSigned ? start + 1 : start;
  const bars: number[] = [];
  let depth = 0;
  for (let index = open; index < characters.length; index++) {
    if (isOneOf(characters[index], '(')) depth++;
    if (isOneOf(characters[index], '|') && depth === 1) bars.push(index);
    if (!isOneOf(characters[index], ')') || --depth > 0) continue;
    const alternatives = [open, ...bars].map((from, place) => characters.slice(from + 1, bars[place] ?? index));
    return { sign: isSigned ? (characters[start]?.character ?? '') : '', alternatives, end: index };
  }
  return undefined;
}

function translateGroup({ sign, alternatives }: Group, rest: readonly PatternCharacter[]): string {
  const group = `(?:${alternatives.map(translate).join('|')})`;
  if (sign === '!') return `(?!${group}${translate(rest)}(?:/|$))[^/]*`;
  return group + (sign === '@' ? '' : sign);
}

function isOneOf(item: PatternCharacter | undefined, characters: string): boolean {
  return item !== undefined && !item.quoted && characters.includes(item.character);
}
