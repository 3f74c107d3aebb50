import './page.css';
import { recipes } from './recipes.ts';
import { recipeCard } from './recipe-card.ts';

const page = document.querySelector('#page');
page?.append(...recipes.map((recipe) => recipeCard(recipe)));

if (new URLSearchParams(location.search).has('widget')) {
  const { mount } = await import('@kitchen/widget');
  for (const source of document.querySelectorAll<HTMLElement>('[data-recipe]')) await mount(source);
}
