import type { Ingredient, Recipe } from '@kitchen/recipe';
import { units } from '@kitchen/units';
import { convert } from './convert.js';
import { roundForKitchen } from './rounding.js';

export function scaleRecipe(recipe: Recipe, servings: number): Recipe {
  const factor = servings / recipe.servings;
  return { ...recipe, servings, ingredients: recipe.ingredients.map((ingredient) => scaled(ingredient, factor)) };
}

function scaled(ingredient: Ingredient, factor: number): Ingredient {
  const larger = inLargerUnit({ ...ingredient, amount: ingredient.amount * factor });
  return { ...larger, amount: roundForKitchen(larger.amount) };
}

function inLargerUnit(ingredient: Ingredient): Ingredient {
  const base = units[ingredient.unit];
  if (base.factor !== 1 || ingredient.amount < 1000) return ingredient;
  const unit = base.measures === 'mass' ? 'kilogram' : base.measures === 'volume' ? 'litre' : ingredient.unit;
  return { ...ingredient, unit, amount: convert(ingredient.amount, ingredient.unit, unit) };
}
