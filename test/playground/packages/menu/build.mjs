import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { disableCache, getEnv, getEnvs, ignoreInput, ignoreOutput } from '@voidzero-dev/vite-task-client';
import { cached } from './cached.mjs';

const here = new URL('./', import.meta.url);

// How fast a page is made depends on what was kept of the last time; what is on it does not.
for (const path of ['.menu-cache', 'menu.log']) {
  ignoreInput(path);
  ignoreOutput(path);
}

const currency = process.env.MENU_CURRENCY ?? getEnv('MENU_CURRENCY') ?? '€';
const notes = { ...getEnvs({ prefix: 'MENU_NOTE_' }), ...ownNotes() };
const isDraft = (process.env.MENU_DRAFT ?? getEnv('MENU_DRAFT', { tracked: false })) !== undefined;

// A draft says when it was made: the next one is another.
if (isDraft) disableCache();

const dishes = readdirSync(new URL('dishes/', here)).sort();
const rows = dishes.map((file) => cached(readFileSync(new URL(`dishes/${file}`, here), 'utf8'), renderRow));
const footer = Object.keys(notes)
  .sort()
  .map((name) => `<p>${notes[name]}</p>`);
const stamp = isDraft ? [`<p>Draft of ${new Date().toISOString()}</p>`] : [];

mkdirSync(new URL('dist/', here), { recursive: true });
writeFileSync(new URL('dist/menu.html', here), [...stamp, ...rows, ...footer, ''].join('\n').replaceAll('¤', currency));
writeFileSync(new URL('menu.log', here), `${dishes.length} dishes\n`, { flag: 'a' });
console.log(`dist/menu.html: ${dishes.length} dishes`);

function renderRow(source) {
  const { name, price } = JSON.parse(source);
  return `<p>${name}: ${price} ¤</p>`;
}

function ownNotes() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('MENU_NOTE_')));
}
