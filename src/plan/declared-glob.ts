import { bracketAt, patternCharacters } from '../base/glob-bracket.ts';

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

function translate(component: string): string {
  const characters = patternCharacters(component);
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
