import { lstatSync, readdirSync, statSync, type Dirent, type Stats } from 'node:fs';
import { describeSystemError } from '../base/source-text.ts';
import { codeOf, isAbsence, realPath, stampOf } from '../base/files.ts';
import { decodePath, displayPath, fsPath, isInside, joinPath, parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';

/**
 * The file system as packages are looked for in it: a link is followed, but not to a directory that it lies in itself; a directory
 * that may not be read, and one whose name no program can be started in, is left out and noted.
 */
export class DirectoryWalk {
  readonly #root: AbsolutePath;
  readonly #notes = new Set<string>();
  #hasLinks = false;

  constructor(root: AbsolutePath) {
    this.#root = root;
  }

  /** What was left out and why, one sentence each. */
  get notes(): string[] {
    return [...this.#notes];
  }

  /** As `fast-glob` takes it. */
  readonly fs = {
    lstatSync: (path: string): Stats => lstatSync(path),
    statSync: (path: string): Stats => this.#stat(path as AbsolutePath),
    readdirSync: ((path: string) => this.#list(path as AbsolutePath)) as unknown as typeof readdirSync,
  };

  /** Names of directories and links in a directory; of one that is not there or may not be read, none. */
  directoriesIn(path: AbsolutePath): string[] {
    try {
      return this.#list(path)
        .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
        .map(({ name }) => name);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return [];
    }
  }

  /** Whether a directory has a `package.json`. */
  isPackage(directory: WorkspacePath): boolean {
    const path = joinPath(this.#root, directory);
    try {
      return statSync(joinPath(path, 'package.json'), { throwIfNoEntry: false })?.isFile() === true;
    } catch (error) {
      this.#noteUnreadable(path, error);
      return false;
    }
  }

  /** Without those that are others by another name: of a directory and the links to it, the directory is a package. */
  withoutAliases(directories: readonly WorkspacePath[]): WorkspacePath[] {
    if (!this.#hasLinks) return [...directories];
    const byPlace = new Map<string, WorkspacePath>();
    for (const directory of directories) {
      const path = joinPath(this.#root, directory);
      const place = realPath(path) ?? path;
      if (place === path || !byPlace.has(place)) byPlace.set(place, directory);
    }
    const kept = new Set(byPlace.values());
    return directories.filter((directory) => kept.has(directory));
  }

  #stat(path: AbsolutePath): Stats {
    const target = realPath(path);
    const parent = realPath(parentOf(path));
    if (target !== undefined && parent !== undefined && isInside(target, parent)) throw new Error(`${path} leads to where it is`);
    return statSync(path);
  }

  #list(path: AbsolutePath): Dirent[] {
    try {
      const entries = readdirSync(path, { withFileTypes: true, encoding: 'buffer' });
      return entries.flatMap((entry) => {
        this.#hasLinks ||= entry.isSymbolicLink();
        const name = decodePath(entry.name);
        if (typeof fsPath(name) === 'string') return [Object.assign(entry, { name }) as unknown as Dirent];
        this.#noteUnnameable(joinPath(path, name));
        return [];
      });
    } catch (error) {
      this.#noteUnreadable(path, error);
      throw error;
    }
  }

  #noteUnreadable(path: AbsolutePath, error: unknown): void {
    if (codeOf(error) === undefined) throw error;
    if (!isAbsence(error)) this.#notes.add(`packages in '${this.#shown(path)}' are left out: ${describeSystemError(error)}`);
  }

  #noteUnnameable(directory: AbsolutePath): void {
    if (stampOf(joinPath(directory, 'package.json')) === undefined) return;
    this.#notes.add(`package '${this.#shown(directory)}' is left out: its name is not UTF-8, so that Node.js can start nothing in it`);
  }

  #shown(path: AbsolutePath): string {
    return displayPath(isInside(this.#root, path) ? path.slice(this.#root.length + 1) || '.' : path);
  }
}
