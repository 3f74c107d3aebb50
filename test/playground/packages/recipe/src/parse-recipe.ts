import { parseIngredient } from './parse-ingredient.js';
import type { Recipe } from './recipe.js';
import { RecipeSyntaxError } from './recipe-syntax-error.js';

/** Reads a title with its servings, then `- ` ingredients, then the steps of the method, one a line. */
export function parseRecipe(text: string): Recipe {
  const [heading = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const { title, servings } = /^# (?<title>.+) \((?<servings>\d+)\)$/.exec(heading)?.groups ?? {};
  if (title === undefined || servings === undefined) throw new RecipeSyntaxError('not a heading', heading);
  const isIngredient = (line: string): boolean => line.startsWith('- ');
  return {
    title,
    servings: Number(servings),
    ingredients: lines.filter(isIngredient).map((line) => parseIngredient(line.slice(2))),
    method: lines.filter((line) => !isIngredient(line)),
  };
}
