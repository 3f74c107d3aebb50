import { formatAmount } from '@kitchen/format';
import type { Recipe } from '@kitchen/recipe';
import { colourOf } from './colour.js';
import { escapeXml } from './escape-xml.js';

export function badge(recipe: Recipe): string {
  const label = `${recipe.title} for ${formatAmount(recipe.servings)}`;
  const width = 20 + label.length * 7;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="24">`,
    `<rect width="${width}" height="24" rx="4" fill="${colourOf(recipe)}"/>`,
    `<text x="10" y="17" font-size="12" fill="#fff">${escapeXml(label)}</text>`,
    '</svg>',
  ].join('');
}
