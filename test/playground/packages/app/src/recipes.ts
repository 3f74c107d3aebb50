import { parseRecipe } from '@kitchen/recipe';
import soup from './assets/soup.txt?raw';
import waffles from './assets/waffles.txt?raw';

export const recipes = [soup, waffles].map((text) => parseRecipe(text));
