export { convert } from './convert.js';
export { roundForKitchen } from './rounding.js';
export { scaleRecipe } from './scale-recipe.js';
