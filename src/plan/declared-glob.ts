import { bracketAt, type PatternCharacter } from './glob-bracket.ts';

/**
 * A glob without braces as a regular expression over workspace paths. `**` as a whole component stands for any number of them,
 * dotfiles and `node_modules` included; `*` and `?` stay within one; a backslash quotes.
 */
export function compileGlob(glob: string): RegExp {
  const components = glob.split('/');
  const last = components.length - 1;
  const sources = components.map((component, index) => {
    if (component !== '**') return translate(component) + (index < last ? '/' : '');
    return index < last ? '(?:[^/]+/)*' : '.+';
  });
  return new RegExp(`^${sources.join('')}$`, 'su');
}

/** `{a,b}c` as `ac` and `bc`. Braces without a comma stand for themselves. */
export function expandBraces(glob: string): string[] {
  let depth = 0;
  let start = 0;
  let parts: number[] = [];
  for (const { 0: token, index } of glob.matchAll(/\\.|[{},]/gs)) {
    if (token === '{' && depth++ === 0) [start, parts] = [index, [index]];
    else if (token === ',' && depth === 1) parts.push(index);
    else if (token === '}' && depth > 0 && --depth === 0 && parts.length > 1) {
      const alternatives = parts.map((part, place) => glob.slice(part + 1, parts[place + 1] ?? index));
      return alternatives.flatMap((alternative) => expandBraces(glob.slice(0, start) + alternative + glob.slice(index + 1)));
    }
  }
  return [glob];
}

function translate(component: string): string {
  const characters = (component.match(/\\.|[^\\]/gsu) ?? []).map((token): PatternCharacter => {
    return token.length > 1 && token.startsWith('\\') ? { character: token.slice(1), quoted: true } : { character: token, quoted: false };
  });
  let source = '';
  for (let index = 0; index < characters.length; index++) {
    const { character, quoted } = characters[index] ?? { character: '', quoted: true };
    const bracket = character === '[' && !quoted ? bracketAt(characters, index) : undefined;
    if (bracket !== undefined) {
      source += bracket.source;
      index = bracket.end;
    } else if (quoted || (character !== '*' && character !== '?')) source += character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    else source += character === '*' ? '[^/]*' : '[^/]';
  }
  return source;
}
