import { bracketAt, type PatternCharacter } from './glob-bracket.ts';

/**
 * A glob of `input` or `output` as a regular expression over workspace paths. `**` as a whole component stands for any number of
 * them, dotfiles and `node_modules` included; `*` and `?` stay within one; `{a,b}` is either; a backslash quotes.
 */
export function compileGlob(glob: string): RegExp {
  const components = splitAtSlashes(glob);
  const last = components.length - 1;
  const sources = components.map((component, index) => {
    if (component !== '**') return translate(component) + (index < last ? '/' : '');
    return index < last ? '(?:[^/]+/)*' : '.+';
  });
  return new RegExp(`^${sources.join('')}$`, 'su');
}

/** A slash inside braces separates nothing. */
function splitAtSlashes(glob: string): string[] {
  const components = [''];
  let depth = 0;
  for (const token of glob.match(/\\.|[^\\]/gsu) ?? []) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    if (token === '/' && depth === 0) components.push('');
    else components.push((components.pop() ?? '') + token);
  }
  return components;
}

function translate(component: string): string {
  const characters = (component.match(/\\.|[^\\]/gsu) ?? []).map((token): PatternCharacter => {
    return token.length > 1 && token.startsWith('\\') ? { character: token.slice(1), quoted: true } : { character: token, quoted: false };
  });
  let source = '';
  let depth = 0;
  for (let index = 0; index < characters.length; index++) {
    const { character, quoted } = characters[index] ?? { character: '', quoted: true };
    const bracket = character === '[' && !quoted ? bracketAt(characters, index) : undefined;
    if (bracket !== undefined) {
      source += bracket.source;
      index = bracket.end;
      continue;
    }
    if (character === '{' && !quoted) depth++;
    source += quoted ? escapeCharacter(character) : translateOne(character, depth > 0);
    if (character === '}' && !quoted) depth--;
  }
  return source;
}

function translateOne(character: string, inBraces: boolean): string {
  switch (character) {
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    case '{':
      return '(?:';
    case '}':
      return inBraces ? ')' : '\\}';
    case ',':
      return inBraces ? '|' : ',';
    default:
      return escapeCharacter(character);
  }
}

function escapeCharacter(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
