import { parseRecipe } from '@kitchen/recipe';
import { scaleRecipe } from '@kitchen/scale';
import { servingsPicker } from './servings-picker.js';

/** Turns the recipe text inside an element into a list that follows the number of servings. */
export function mount(element) {
  const recipe = parseRecipe(element.textContent);
  const list = document.createElement('ul');
  const show = async (servings) => {
    const { ingredientRows } = await import(/* webpackChunkName: "rows" */ './ingredient-rows.js');
    list.replaceChildren(...ingredientRows(scaleRecipe(recipe, servings)));
  };
  element.replaceChildren(servingsPicker(recipe.servings, show), list);
  return show(recipe.servings);
}
