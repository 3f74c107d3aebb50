import { unitBySymbol } from '@kitchen/units';
import type { Ingredient } from './recipe.js';
import { RecipeSyntaxError } from './recipe-syntax-error.js';

const pattern = /^(?<amount>\d+(?:\.\d+)?)\s*(?<symbol>[a-z]+)\s+(?<name>\S.*)$/;

/** Reads `200 g flour`. */
export function parseIngredient(line: string): Ingredient {
  const { amount, symbol, name } = pattern.exec(line.trim())?.groups ?? {};
  if (amount === undefined || symbol === undefined || name === undefined) {
    throw new RecipeSyntaxError('not an ingredient', line);
  }
  const unit = unitBySymbol(symbol);
  if (unit === undefined) throw new RecipeSyntaxError(`unknown unit '${symbol}'`, line);
  return { amount: Number(amount), unit: unit.name, name };
}
