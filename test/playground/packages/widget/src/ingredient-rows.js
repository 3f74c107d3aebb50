import { formatIngredient } from '@kitchen/format';

export function ingredientRows(recipe) {
  return recipe.ingredients.map((ingredient) => {
    const row = document.createElement('li');
    row.textContent = formatIngredient(ingredient);
    return row;
  });
}
