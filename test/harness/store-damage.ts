import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Rig } from './rig.ts';

/** Where the cache of a rig's workspace is, relative to its root. */
export const cacheHome = 'node_modules/.cache/reprise';

const damages = {
  deleted: (path: string) => rmSync(path, { recursive: true }),
  emptied: (path: string) => truncateSync(path),
  halved: (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  garbage: (path: string) => writeFileSync(path, Buffer.alloc(Math.max(64, statSync(path).size), 'garbage ')),
  'one byte wrong': (path: string) => flipByte(path),
  'a directory': (path: string) => {
    rmSync(path, { recursive: true });
    mkdirSync(path);
  },
  unreadable: (path: string) => chmodSync(path, 0),
  'read-only': (path: string) => chmodSync(path, lstatSync(path).isDirectory() ? 0o555 : 0o444),
  'a file': (path: string) => {
    rmSync(path, { recursive: true });
    writeFileSync(path, 'not a directory');
  },
} as const;

export type Damage = keyof typeof damages;

export const fileDamages: readonly Damage[] = [
  'deleted',
  'emptied',
  'halved',
  'garbage',
  'one byte wrong',
  'a directory',
  'unreadable',
  'read-only',
];
export const directoryDamages: readonly Damage[] = ['deleted', 'a file', 'unreadable', 'read-only'];

/** Damages what `path` names below the cache; a `*` stands for the first name that has something after it. */
export function damage(rig: Rig, path: string, how: Damage): void {
  damages[how](rig.path(`${cacheHome}/${resolve(rig, path)}`));
}

/** Every file and directory of the cache, the cache itself as `''`. */
export function partsOf(rig: Rig): { readonly files: string[]; readonly directories: string[] } {
  const home = rig.path(cacheHome);
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();
  const isDirectory = (name: string) => lstatSync(`${home}/${name}`).isDirectory();
  return { files: names.filter((name) => !isDirectory(name)), directories: ['', ...names.filter(isDirectory)] };
}

/** Keeps the cache as it is; gives what brings it back. */
export function keepCache(rig: Rig): () => void {
  const aside = `${rig.temp}/kept-cache`;
  cpSync(rig.path(cacheHome), aside, { recursive: true });
  return () => {
    makeRemovable(rig.path(cacheHome));
    rmSync(rig.path(cacheHome), { recursive: true, force: true });
    cpSync(aside, rig.path(cacheHome), { recursive: true });
  };
}

function makeRemovable(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return;
  chmodSync(path, 0o755);
  for (const name of readdirSync(path)) makeRemovable(`${path}/${name}`);
}

function resolve(rig: Rig, path: string): string {
  return path.split('/').reduce((above, name) => {
    const found = name.includes('*') ? firstMatch(rig.path(`${cacheHome}/${above}`), name) : name;
    return above === '' ? found : `${above}/${found}`;
  }, '');
}

function firstMatch(directory: string, pattern: string): string {
  const [start = '', end = ''] = pattern.split('*');
  const found = readdirSync(directory)
    .sort()
    .find((name) => name.startsWith(start) && name.endsWith(end));
  if (found === undefined) throw new Error(`nothing matches ${pattern} in ${directory}`);
  return found;
}

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length === 0) return writeFileSync(path, 'x');
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}
