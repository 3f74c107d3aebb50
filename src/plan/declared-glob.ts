import { globSource } from '../base/glob-source.ts';

/**
 * A glob without braces as a regular expression over workspace paths. `**` as a whole component stands for any number of them,
 * dotfiles and `node_modules` included; `*` and `?` stay within one; a backslash quotes.
 */
export function compileGlob(glob: string): RegExp {
  const components = glob.split('/');
  const last = components.length - 1;
  const sources = components.map((component, index) => {
    if (component !== '**') return globSource(component, withinComponent) + (index < last ? '/' : '');
    return index < last ? '(?:[^/]+/)*' : '.+';
  });
  return new RegExp(`^${sources.join('')}$`, 'su');
}

const withinComponent = { star: '[^/]*', question: '[^/]' };
