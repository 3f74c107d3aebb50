import type { UnitName } from '@kitchen/units';

export interface Ingredient {
  readonly amount: number;
  readonly unit: UnitName;
  readonly name: string;
}

export interface Recipe {
  readonly title: string;
  readonly servings: number;
  readonly ingredients: readonly Ingredient[];
  readonly method: readonly string[];
}
