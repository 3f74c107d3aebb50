import { encodePath } from '../base/path.ts';
import { bracketAt, type PatternCharacter } from './glob-bracket.ts';
import { isMagic } from './word.ts';

/** Text of a word; only what is not quoted can be part of a glob. */
export interface FieldText {
  readonly text: string;
  readonly quoted: boolean;
}

/** The files that a glob is matched against. Paths are relative to the step's directory, or absolute; `''` is that directory. */
export interface GlobFiles {
  /** Names in a directory; `undefined` when it is not there or no directory. */
  names(directory: string): readonly string[] | undefined;
  exists(path: string): boolean;
}

/**
 * The paths that match, in the order of their bytes, each beginning as the pattern does; the pattern itself where nothing matches.
 * Names that begin with a dot match only a dot that is written. `undefined` where shells differ: about a backslash that came out
 * of a variable, `.` and `..`, what is named in brackets, and, by their locale, `?` and brackets where names are not ASCII.
 */
export function expandGlob(field: readonly FieldText[], files: GlobFiles): string[] | undefined {
  const literal = field.map(({ text }) => text).join('');
  const open = field.filter(({ quoted }) => !quoted);
  if (!open.some(({ text }) => isMagic(text))) return [literal];
  if (open.some(({ text }) => text.includes('\\'))) return undefined;
  let found = [''];
  const components = splitAtSlashes(field);
  for (const [index, component] of components.entries()) {
    const end = index < components.length - 1 ? '/' : '';
    const matches = found.map((directory) => matchesIn(directory, component, files));
    if (matches.includes(undefined)) return undefined;
    found = matches.flatMap((paths) => (paths ?? []).map((path) => path + end));
  }
  const existing = found.filter((path) => files.exists(path));
  return existing.length === 0 ? [literal] : existing.sort(compareBytes);
}

function splitAtSlashes(field: readonly FieldText[]): PatternCharacter[][] {
  const components: PatternCharacter[][] = [[]];
  for (const { text, quoted } of field) {
    for (const character of text) {
      if (character === '/') components.push([]);
      else components.at(-1)?.push({ character, quoted });
    }
  }
  return components;
}

function matchesIn(directory: string, component: readonly PatternCharacter[], files: GlobFiles): string[] | undefined {
  const literal = component.map(({ character }) => character).join('');
  if (!component.some(({ character, quoted }) => !quoted && isMagic(character))) return [directory + literal];
  if (/\[(?:[.=^]|:(?!(?:alpha|digit|alnum|upper|lower|xdigit|space|blank|punct):\]))/.test(literal)) return undefined;
  const pattern = toRegExp(component);
  const isDotWritten = literal.startsWith('.');
  if (isDotWritten && (pattern.test('.') || pattern.test('..'))) return undefined;
  const names = (files.names(directory) ?? []).filter((name) => name.startsWith('.') === isDotWritten);
  const countsCharacters = component.some(({ character, quoted }) => !quoted && /[?[]/.test(character));
  if (countsCharacters && [literal, ...names].some((text) => !isAscii(text))) return undefined;
  return names.filter((name) => pattern.test(name)).map((name) => directory + name);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function toRegExp(component: readonly PatternCharacter[]): RegExp {
  let source = '';
  for (let index = 0; index < component.length; index++) {
    const { character, quoted } = component[index] ?? { character: '', quoted: true };
    const bracket = character === '[' && !quoted ? bracketAt(component, index) : undefined;
    if (bracket !== undefined) {
      source += bracket.source;
      index = bracket.end;
    } else if (quoted || !isMagic(character)) source += escapeCharacter(character);
    else source += { '*': '.*', '?': '.' }[character] ?? escapeCharacter(character);
  }
  return new RegExp(`^${source}$`, 'su');
}

function escapeCharacter(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(encodePath(a), encodePath(b));
}
