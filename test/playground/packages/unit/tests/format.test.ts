import { badge } from '@kitchen/badge';
import { formatAmount, formatRecipe, version } from '@kitchen/format';
import { parseRecipe } from '@kitchen/recipe';
import { expect, test } from 'vitest';
import { pancakes } from './pancakes.js';

test('quarters are shown as fractions', () => {
  expect([0.5, 1.25, 3, 3.1].map(formatAmount)).toEqual(['½', '1¼', '3', '3.1']);
});

test('a recipe is printed with numbered steps', () => {
  expect(formatRecipe(parseRecipe(pancakes))).toMatchInlineSnapshot(`
    "Pancakes, serves 4
      250 g flour
      500 ml milk
      2 eggs
      ½ tsp salt
    1. Whisk everything until smooth.
    2. Rest for half an hour.
    3. Fry in a hot pan."
  `);
});

test('the build put the version in', () => {
  expect(version).toBe('2.1.0');
});

test('a badge escapes the title', () => {
  expect(badge({ ...parseRecipe(pancakes), title: 'Fish & chips' })).toContain('>Fish &amp; chips for 4<');
});
