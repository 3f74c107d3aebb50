import type { HashedFile, Hasher } from '../base/digest.ts';
import { codeOf, kindOf, type Stamp } from '../base/files.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';
import { Disk } from './disk.ts';
import { absent, isExecutable, portableTarget, type FileState } from './file-state.ts';
import type { HashPool } from './ports.ts';
import type { StatIndex } from './stat-index.ts';

/**
 * The state of paths on disk now. Unchanged files are not read; what the stat index does not know is hashed here when it
 * is little, else in the pool.
 */
export class FileStates {
  readonly root: AbsolutePath;
  readonly index: StatIndex;
  readonly disk: Disk;
  readonly #hasher: Hasher;
  readonly #pool: HashPool;

  constructor(root: AbsolutePath, index: StatIndex, hasher: Hasher, pool: HashPool, disk = new Disk()) {
    this.root = root;
    this.index = index;
    this.#hasher = hasher;
    this.#pool = pool;
    this.disk = disk;
  }

  /** States of paths relative to the root. A state of a file says under which stamp all of it was read. */
  async read(paths: Iterable<string>): Promise<Map<string, FileState>> {
    const states = new Map<string, FileState>();
    const unknown: Unknown[] = [];
    let unknownBytes = 0;
    for (const path of paths) {
      if (states.has(path)) continue;
      const stamp = this.#stamp(path);
      if (stamp === 'unreadable') {
        states.set(path, { kind: 'other' });
        continue;
      }
      const state = this.#known(path, stamp);
      states.set(path, state ?? absent);
      if (state === undefined && stamp !== undefined) {
        unknown.push({ path, absolute: joinPath(this.root, path) });
        unknownBytes += stamp.size;
      }
    }
    await this.#hash(unknown, unknownBytes, states);
    return states;
  }

  /** As `read`, of the disk as it is at this moment, whatever was seen of it. */
  readAnew(paths: readonly string[]): Promise<Map<string, FileState>> {
    for (const path of paths) this.disk.changed(joinPath(this.root, path));
    return this.read(paths);
  }

  #stamp(path: string): Stamp | 'unreadable' | undefined {
    try {
      return this.disk.stamp(joinPath(this.root, path));
    } catch (error) {
      // A directory above may not be searched, or the disk is in trouble: nothing can be said of the path.
      if (codeOf(error) === undefined) throw error;
      return 'unreadable';
    }
  }

  /** The state that a stamp proves without reading; `undefined` for a file that must be hashed. */
  #known(path: string, stamp: Stamp | undefined): FileState | undefined {
    if (stamp === undefined) return absent;
    switch (kindOf(stamp)) {
      case 'file': {
        const digest = this.index.digest(path, stamp);
        return digest && { kind: 'file', digest, executable: isExecutable(stamp.mode), mode: stamp.mode, size: stamp.size, stamp };
      }
      case 'directory':
        return { kind: 'directory', mode: stamp.mode, stamp };
      case 'link': {
        const target = this.disk.link(joinPath(this.root, path));
        return target === undefined ? absent : { kind: 'link', target: portableTarget(this.root, target), stamp };
      }
      case 'other':
        return { kind: 'other', stamp };
    }
  }

  #hashHere(unknown: readonly Unknown[]): readonly HashedFile[] {
    return unknown.map(({ absolute }) => this.#hasher.ofFile(absolute));
  }

  /** Without threads it is only slower. */
  #hashInPool(unknown: readonly Unknown[]): Promise<readonly HashedFile[]> {
    return this.#pool.hash(unknown.map(({ absolute }) => absolute)).catch(() => this.#hashHere(unknown));
  }

  async #hash(unknown: readonly Unknown[], bytes: number, states: Map<string, FileState>): Promise<void> {
    const hashedAt = Date.now();
    const isLittle = unknown.length <= IN_PLACE_FILES && bytes <= IN_PLACE_BYTES;
    const hashed = isLittle ? this.#hashHere(unknown) : await this.#hashInPool(unknown);
    unknown.forEach(({ path }, position) => {
      const answer = hashed[position];
      if (answer === undefined || 'trouble' in answer) {
        states.set(path, answer?.trouble === 'absent' ? absent : { kind: 'other' });
        return;
      }
      const { digest, stamp } = answer;
      this.index.remember(path, stamp, digest, hashedAt);
      states.set(path, { kind: 'file', digest, executable: isExecutable(stamp.mode), mode: stamp.mode, size: stamp.size, stamp });
    });
  }
}

interface Unknown {
  readonly path: string;
  readonly absolute: AbsolutePath;
}

const IN_PLACE_FILES = 64;
const IN_PLACE_BYTES = 1024 * 1024;
