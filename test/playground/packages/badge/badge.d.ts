import type { Recipe } from '@kitchen/recipe';

/** An SVG that names a recipe and says how many it serves. */
export declare function badge(recipe: Recipe): string;
