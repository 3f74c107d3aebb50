export { formatAmount } from './format-amount.js';
export { formatIngredient, formatRecipe } from './format-recipe.js';
export { version } from './version.js';
