import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const directory = new URL('.menu-cache/', import.meta.url);

/** What `make` gives for a source, made once. */
export function cached(source, make) {
  const file = new URL(createHash('sha256').update(source).digest('hex').slice(0, 16), directory);
  const known = readIfPresent(file);
  if (known !== undefined) return known;
  const made = make(source);
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, made);
  return made;
}

function readIfPresent(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
