import { parseIngredient, parseRecipe, RecipeSyntaxError } from '@kitchen/recipe';
import { expect, test } from 'vitest';
import { pancakes } from './pancakes.js';

test('an ingredient has an amount, a unit and a name', () => {
  expect(parseIngredient('1.5 tbsp olive oil')).toEqual({ amount: 1.5, unit: 'tablespoon', name: 'olive oil' });
});

test('an unknown unit is named in the error', () => {
  expect(() => parseIngredient('3 furlong spaghetti')).toThrow(RecipeSyntaxError);
  expect(() => parseIngredient('3 furlong spaghetti')).toThrow("unknown unit 'furlong'");
});

test('a recipe is a heading, ingredients and a method', () => {
  const recipe = parseRecipe(pancakes);
  expect(recipe).toMatchObject({ title: 'Pancakes', servings: 4 });
  expect(recipe.ingredients).toHaveLength(4);
  expect(recipe.method.at(-1)).toBe('Fry in a hot pan.');
});
