import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';

const toolCaches = new Set(['.cache', '.vite', '.vite-temp', '.vitest']);

/** True for what no run promises to leave equal: the repository's own state and tools' caches in `node_modules`. */
export function isVolatile(path) {
  const names = path.split('/');
  return names[0] === '.git' || names.some((name, index) => toolCaches.has(name) && names[index - 1] === 'node_modules');
}

/**
 * Everything below a directory: path → kind, permissions, and content digest or link target.
 * Paths are relative, one latin1 character per byte, so that any name is told apart from any other.
 */
export function readTree(directory, { skip = isVolatile } = {}) {
  return new Map(entriesBelow(directory, skip).map(({ path, absolute, stat }) => [path, describe(absolute, stat)]));
}

/** What changes when a file is replaced or written again, even with the same bytes: path → inode and modification time. */
export function readStamps(directory, { skip = isVolatile } = {}) {
  return new Map(entriesBelow(directory, skip).map(({ path, stat }) => [path, `inode ${stat.ino}, mtime ${stat.mtimeNs}`]));
}

/** One line per path that differs between two maps of `readTree` or `readStamps`; empty when they are equal. */
export function differences(was, now) {
  const paths = [...new Set([...was.keys(), ...now.keys()])].toSorted();
  return paths
    .filter((path) => was.get(path) !== now.get(path))
    .map((path) => `${path}: ${was.get(path) ?? 'absent'} → ${now.get(path) ?? 'absent'}`);
}

function entriesBelow(directory, skip, parent = '') {
  const absoluteParent = bytesOf(parent === '' ? directory : `${directory}/${parent}`);
  return readdirSync(absoluteParent, { encoding: 'latin1' }).flatMap((name) => {
    const path = parent === '' ? name : `${parent}/${name}`;
    if (skip(path)) return [];
    const absolute = bytesOf(`${directory}/${path}`);
    const stat = lstatSync(absolute, { bigint: true });
    const entry = { path, absolute, stat };
    return stat.isDirectory() ? [entry, ...entriesBelow(directory, skip, path)] : [entry];
  });
}

function describe(absolute, stat) {
  const mode = (Number(stat.mode) & 0o7777).toString(8);
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(absolute, 'latin1')}`;
  if (stat.isDirectory()) return `directory ${mode}`;
  if (!stat.isFile()) return 'special file';
  return `file ${mode} ${createHash('sha256').update(readFileSync(absolute)).digest('hex').slice(0, 16)}`;
}

function bytesOf(path) {
  return Buffer.from(path, 'latin1');
}
