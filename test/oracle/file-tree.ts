import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { codeOf } from '../../src/base/files.ts';
import { decodePath, fsPath, isInside, nameOf, normalizeAbsolute, parentOf, type AbsolutePath } from '../../src/base/path.ts';

export type Entry = Directory | { readonly kind: 'file' } | { readonly kind: 'link'; readonly target: string };

export interface Directory {
  readonly kind: 'directory';
  readonly names: Map<string, Entry>;
  /** Where it stands now; a directory that was removed stands nowhere. */
  parent: Directory | undefined;
  name: string;
}

export interface Found {
  /** Without links, except for one at the end that is not followed. */
  readonly path: AbsolutePath;
  readonly entry: Entry | undefined;
}

/** The names below a directory as they were, and as the calls of a log change them. Elsewhere it asks the disk, once. */
export class FileTree {
  readonly #root: AbsolutePath;
  readonly #top: Directory = makeDirectory(undefined, '');

  /** Reads all that stands below `root`, a real path. */
  constructor(root: AbsolutePath) {
    this.#root = root;
    const directory = this.find(root, true).entry;
    if (directory?.kind !== 'directory') throw new Error(`${root} is no directory`);
    fill(directory, root);
  }

  /** What `path` leads to; a name that does not stand is appended as it is. */
  find(path: AbsolutePath, follow: boolean): Found {
    return this.#find(path, follow, { links: MOST_LINKS });
  }

  #find(path: AbsolutePath, follow: boolean, left: { links: number }): Found {
    if (path === '/') return { path, entry: this.#top };
    const parent = this.#find(parentOf(path), true, left);
    const here = (parent.path === '/' ? `/${nameOf(path)}` : `${parent.path}/${nameOf(path)}`) as AbsolutePath;
    if (parent.entry?.kind !== 'directory') return { path: here, entry: undefined };
    const entry = this.#child(parent.entry, here);
    if (entry?.kind !== 'link' || !follow) return { path: here, entry };
    if (left.links-- <= 0) return { path: here, entry: undefined };
    const behind = this.#climb(parent.path, entry.target, left);
    // Links that lead in circles lead nowhere.
    return left.links < 0 ? { path: here, entry: undefined } : behind;
  }

  /** A `..` in a link's text leaves the directory that the text before it really leads to. */
  #climb(directory: AbsolutePath, target: string, left: { links: number }): Found {
    let found = this.#find(target.startsWith('/') ? ('/' as AbsolutePath) : directory, true, left);
    for (const name of target.split('/')) {
      if (name === '' || name === '.') continue;
      if (name === '..') found = this.#find(parentOf(found.path), true, left);
      else found = this.#find(normalizeAbsolute(`${found.path}/${name}`), true, left);
    }
    return found;
  }

  #child(directory: Directory, path: AbsolutePath): Entry | undefined {
    const name = nameOf(path);
    const known = directory.names.get(name);
    if (known !== undefined || (isInside(this.#root, path) && path !== this.#root)) return known;
    const entry = readEntry(path, directory);
    if (entry !== undefined) directory.names.set(name, entry);
    return entry;
  }

  /** Puts an entry at a path whose directory stands; a directory moves there with all that it holds. */
  put(path: AbsolutePath, entry: Entry): void {
    const parent = this.find(parentOf(path), true).entry;
    if (parent?.kind !== 'directory') return;
    parent.names.set(nameOf(path), entry);
    if (entry.kind === 'directory') Object.assign(entry, { parent, name: nameOf(path) });
  }

  putNew(path: AbsolutePath, kind: 'file' | 'directory'): void {
    this.put(path, kind === 'file' ? { kind } : makeDirectory(undefined, ''));
  }

  remove(path: AbsolutePath): void {
    const parent = this.find(parentOf(path), true).entry;
    if (parent?.kind !== 'directory') return;
    const entry = parent.names.get(nameOf(path));
    if (entry?.kind === 'directory' && entry.parent === parent) entry.parent = undefined;
    parent.names.delete(nameOf(path));
  }
}

/** As many as Linux follows in one path. */
const MOST_LINKS = 40;

/** Where a directory stands; `undefined` if nowhere. */
export function pathOf(entry: Directory): AbsolutePath | undefined {
  const names: string[] = [];
  let at = entry;
  for (; at.parent !== undefined; at = at.parent) names.unshift(at.name);
  return at.name === '' ? (`/${names.join('/')}` as AbsolutePath) : undefined;
}

function makeDirectory(parent: Directory | undefined, name: string): Directory {
  return { kind: 'directory', names: new Map(), parent, name };
}

function fill(directory: Directory, path: AbsolutePath): void {
  for (const bytes of readdirSync(fsPath(path), { encoding: 'buffer' })) {
    const name = decodePath(bytes);
    const entry = readEntry(`${path}/${name}` as AbsolutePath, directory);
    if (entry === undefined) continue;
    directory.names.set(name, entry);
    if (entry.kind === 'directory') fill(entry, `${path}/${name}` as AbsolutePath);
  }
}

function readEntry(path: AbsolutePath, parent: Directory): Entry | undefined {
  try {
    const stat = lstatSync(fsPath(path));
    if (stat.isDirectory()) return makeDirectory(parent, nameOf(path));
    if (!stat.isSymbolicLink()) return { kind: 'file' };
    return { kind: 'link', target: decodePath(readlinkSync(fsPath(path), { encoding: 'buffer' })) };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
