import names from '@kitchen/icons/names.json';
import sprite from '@kitchen/icons/sprite.svg';

export function icon(name: string): string {
  if (!names.includes(name)) throw new RangeError(`no icon '${name}'; there are ${names.join(', ')}`);
  return `<svg class="icon"><use href="${sprite}#${name}"></use></svg>`;
}
