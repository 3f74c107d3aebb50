export type { Ingredient, Recipe } from './recipe.js';
export { parseIngredient } from './parse-ingredient.js';
export { parseRecipe } from './parse-recipe.js';
export { RecipeSyntaxError } from './recipe-syntax-error.js';
