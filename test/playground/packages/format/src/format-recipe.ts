import type { Ingredient, Recipe } from '@kitchen/recipe';
import { units } from '@kitchen/units';
import { formatAmount } from './format-amount.js';

export function formatIngredient({ amount, unit, name }: Ingredient): string {
  const shownAmount = formatAmount(amount);
  return unit === 'piece' ? `${shownAmount} ${name}` : `${shownAmount} ${units[unit].symbol} ${name}`;
}

export function formatRecipe(recipe: Recipe): string {
  return [
    `${recipe.title}, serves ${recipe.servings}`,
    ...recipe.ingredients.map((ingredient) => `  ${formatIngredient(ingredient)}`),
    ...recipe.method.map((step, index) => `${index + 1}. ${step}`),
  ].join('\n');
}
