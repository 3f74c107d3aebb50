import { parseRecipe } from '@kitchen/recipe';
import { convert, roundForKitchen, scaleRecipe } from '@kitchen/scale';
import { expect, test } from 'vitest';
import { pancakes } from './pancakes.js';

test('amounts convert within one measure', () => {
  expect(convert(2, 'cup', 'millilitre')).toBe(480);
  expect(() => convert(1, 'cup', 'gram')).toThrow('cup measures volume, gram measures mass');
});

test.each([
  [0.1, 0.25],
  [3.3, 3.25],
  [42.4, 42],
  [333, 335],
])('%d is rounded to %d', (amount, rounded) => {
  expect(roundForKitchen(amount)).toBe(rounded);
});

test('large amounts move to the larger unit', () => {
  const banquet = scaleRecipe(parseRecipe(pancakes), 40);
  expect(banquet.ingredients.slice(0, 2)).toEqual([
    { amount: 2.5, unit: 'kilogram', name: 'flour' },
    { amount: 5, unit: 'litre', name: 'milk' },
  ]);
});
