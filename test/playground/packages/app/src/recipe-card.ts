import { badge } from '@kitchen/badge';
import { formatRecipe } from '@kitchen/format';
import type { Recipe } from '@kitchen/recipe';
import { scaleRecipe } from '@kitchen/scale';
import { icon } from './icon.ts';
import table from './assets/table.svg';

export function recipeCard(recipe: Recipe): HTMLElement {
  const card = document.createElement('article');
  card.innerHTML = `${icon('whisk')}${badge(recipe)}<img src="${table}" alt="">`;
  const text = document.createElement('pre');
  text.textContent = formatRecipe(scaleRecipe(recipe, 4));
  card.append(text);
  return card;
}
