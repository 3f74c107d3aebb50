import type { Recipe } from '@kitchen/recipe';

/** Quick recipes are green, long ones red. */
export function colourOf(recipe: Recipe): string {
  if (recipe.method.length <= 3) return '#2e7d32';
  return recipe.method.length <= 6 ? '#ef6c00' : '#c62828';
}
