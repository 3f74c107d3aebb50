import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Leaves a file alone that already has this content, so that watchers stay quiet. */
export function writeIfChanged(url, content) {
  if (readIfPresent(url) === content) return false;
  mkdirSync(new URL('.', url), { recursive: true });
  writeFileSync(url, content);
  return true;
}

function readIfPresent(url) {
  try {
    return readFileSync(url, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
