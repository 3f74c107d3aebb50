import { readlinkSync } from 'node:fs';
import { codeOf } from '../../base/files.ts';
import { decodePath, fsPath, nameOf, normalizeAbsolute, parentOf, type AbsolutePath } from '../../base/path.ts';

export interface Resolved {
  readonly path: AbsolutePath;
  /** The links that were crossed, each by its own real path. */
  readonly crossed: readonly AbsolutePath[];
}

/** Resolves links below `root`, which is a real path; remembers each directory. Paths that are gone resolve lexically. */
export class LinkWalk {
  readonly #root: AbsolutePath;
  readonly #directories = new Map<string, Resolved>();
  readonly #links = new Map<string, string | undefined>();
  readonly #yetToCome = new Set<string>();

  constructor(root: AbsolutePath) {
    this.#root = root;
    this.#start();
  }

  /** A link that stands at `path` now is not crossed before `appears` is called for it. */
  expect(path: AbsolutePath): void {
    this.#yetToCome.add(this.resolve(path, false).path);
    this.#start();
  }

  appears(path: AbsolutePath): void {
    if (this.#yetToCome.size > 0 && this.#yetToCome.delete(this.resolve(path, false).path)) this.#start();
  }

  #start(): void {
    this.#directories.clear();
    for (let path: string = this.#root; path !== '/'; path = parentOf(path)) {
      this.#directories.set(path, { path: path as AbsolutePath, crossed: [] });
    }
    this.#directories.set('/', { path: '/' as AbsolutePath, crossed: [] });
  }

  /** `follow`: whether a link at the path itself is crossed too. */
  resolve(path: AbsolutePath, follow: boolean, depth = 0): Resolved {
    if (path === '/') return { path, crossed: [] };
    const parent = this.#directory(parentOf(path), depth);
    const here = joined(parent.path, nameOf(path));
    const target = follow && depth < DEEPEST ? this.#linkTarget(here) : undefined;
    if (target === undefined) return { path: here, crossed: parent.crossed };
    const behind = this.resolve(target.startsWith('/') ? normalizeAbsolute(target) : climb(parent.path, target), true, depth + 1);
    return { path: behind.path, crossed: [...parent.crossed, here, ...behind.crossed] };
  }

  #directory(path: AbsolutePath, depth: number): Resolved {
    const known = this.#directories.get(path);
    if (known) return known;
    const resolved = this.resolve(path, true, depth);
    this.#directories.set(path, resolved);
    return resolved;
  }

  #linkTarget(path: AbsolutePath): string | undefined {
    if (this.#yetToCome.has(path)) return undefined;
    if (this.#links.has(path)) return this.#links.get(path);
    const target = targetOf(path);
    this.#links.set(path, target);
    return target;
  }
}

/** As deep as Linux follows links. */
const DEEPEST = 40;

function joined(directory: AbsolutePath, name: string): AbsolutePath {
  return (directory === '/' ? `/${name}` : `${directory}/${name}`) as AbsolutePath;
}

/** `directory` is real, so its own `..` are lexical; a link inside `target` is crossed by the walk that follows. */
function climb(directory: AbsolutePath, target: string): AbsolutePath {
  return normalizeAbsolute(`${directory}/${target}`);
}

function targetOf(path: AbsolutePath): string | undefined {
  try {
    return decodePath(readlinkSync(fsPath(path), { encoding: 'buffer' }));
  } catch (error) {
    const code = codeOf(error);
    // EINVAL: not a link. Whatever else it is, it cannot be crossed now.
    if (code !== undefined) return undefined;
    throw error;
  }
}
