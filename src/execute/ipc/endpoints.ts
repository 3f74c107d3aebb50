import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { codeOf, removeIfPossible } from '../../base/files.ts';
import { encodePath, fsPath, joinPath, parentOf, type AbsolutePath } from '../../base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from '../../base/private-directory.ts';

/**
 * Names for sockets, in a directory that only this user may enter. The system allows a socket no long path: where the
 * directory for temporary files has one, /tmp serves.
 */
export class Endpoints {
  #parents: readonly AbsolutePath[];
  #directory: AbsolutePath | undefined;
  /** Where sockets of others may still be. */
  readonly #left: AbsolutePath[] = [];

  /** Nothing is made before it is needed. */
  constructor(parents: readonly AbsolutePath[] = [temporaryDirectory(), '/tmp' as AbsolutePath]) {
    this.#parents = [...new Set(parents)].filter((parent) => encodePath(parent).length <= LONGEST_PARENT);
  }

  /** A path that nobody can guess and where nothing is; or why there can be none. */
  next(): AbsolutePath | { readonly why: string } {
    // Whoever cleans up temporary files may have taken it.
    if (this.#directory === undefined || !existsSync(fsPath(this.#directory))) {
      const made = this.#makeDirectory();
      if (typeof made !== 'string') return made;
      this.#directory = made;
    }
    return joinPath(this.#directory, randomBytes(12).toString('hex'));
  }

  /** Nobody could listen there: the next will be in another directory, and elsewhere if that is possible. */
  avoid(endpoint: AbsolutePath): void {
    const directory = parentOf(endpoint);
    if (directory !== this.#directory) return;
    this.#left.push(directory);
    this.#directory = undefined;
    const others = this.#parents.filter((parent) => parent !== parentOf(directory));
    if (others.length > 0) this.#parents = others;
  }

  close(): void {
    for (const directory of [...this.#left, this.#directory]) if (directory !== undefined) removeIfPossible(directory);
    this.#directory = undefined;
  }

  #makeDirectory(): AbsolutePath | { readonly why: string } {
    let why = 'no directory for temporary files has a path that is short enough for a socket';
    for (const parent of this.#parents) {
      try {
        return makePrivateDirectory(parent);
      } catch (error) {
        const code = codeOf(error);
        if (code === undefined) throw error;
        why = `no private directory can be made in ${parent}: ${code}`;
      }
    }
    return { why };
  }
}

/** A socket's path has at most 107 bytes; ours adds `/reprise-<pid>-<6>/<24>`. */
const LONGEST_PARENT = 107 - '/reprise-4194304-abcdef/'.length - 24;
