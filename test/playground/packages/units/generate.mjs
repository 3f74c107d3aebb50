import { readFileSync } from 'node:fs';
import { declarations, moduleSource } from './templates.mjs';
import { writeIfChanged } from './write-if-changed.mjs';

const units = JSON.parse(readFileSync(new URL('units.json', import.meta.url), 'utf8'));
const files = { 'units.js': moduleSource(units), 'units.d.ts': declarations(units) };

for (const [name, content] of Object.entries(files)) {
  const changed = writeIfChanged(new URL(`generated/${name}`, import.meta.url), content);
  console.log(`${name}: ${changed ? 'written' : 'up to date'}`);
}
