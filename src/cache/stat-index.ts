import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { Digest } from '../base/digest.ts';
import { isAbsence, sameStamp, writeAtomically, type Stamp } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';

/**
 * Remembers the digest of each file by its stat stamp, so that an unchanged file is not read again. Losing it costs
 * time, never correctness.
 *
 * A file that changed at about the moment it was hashed could change again under the same stamp: such a racy entry
 * proves nothing, and it is not saved.
 */
export class StatIndex {
  readonly #entries = new Map<string, Indexed>();
  #changed = false;

  /** The digest of the file that has this stamp now, if it is certain. */
  digest(path: string, stamp: Stamp): Digest | undefined {
    const entry = this.#entries.get(path);
    return entry && !entry.racy && sameStamp(entry.stamp, stamp) ? entry.digest : undefined;
  }

  /** `hashedAt`: milliseconds since the epoch right before the file was read. */
  remember(path: string, stamp: Stamp, digest: Digest, hashedAt: number): void {
    const racy = Math.max(stamp.ctimeMs, stamp.mtimeMs) + tickMs(stamp) >= hashedAt;
    // Anew at the end: what was not asked for the longest goes first.
    this.#entries.delete(path);
    this.#entries.set(path, { stamp, digest, racy });
    this.#changed = true;
  }

  load(file: AbsolutePath): void {
    try {
      this.#decode(readFileSync(file));
    } catch (error) {
      if (!isAbsence(error)) this.#entries.clear();
    }
  }

  /** Throws when the file cannot be written; the index in memory stays as it is. */
  save(file: AbsolutePath): void {
    if (!this.#changed) return;
    writeAtomically(file, this.#encode());
    this.#changed = false;
  }

  #encode(): Buffer {
    const kept = [...this.#entries].filter(([, entry]) => !entry.racy).slice(-LARGEST);
    const stamps = new Float64Array(kept.length * 6);
    kept.forEach(([, { stamp }], index) => {
      stamps.set([stamp.dev, stamp.ino, stamp.size, stamp.mtimeMs, stamp.ctimeMs, stamp.mode], index * 6);
    });
    const columns: Columns = {
      version: VERSION,
      paths: kept.map(([path]) => path),
      digests: kept.map(([, { digest }]) => digest).join(''),
      stamps,
    };
    return serialize(columns);
  }

  #decode(bytes: Buffer): void {
    const columns = deserialize(bytes) as Columns;
    if (columns.version !== VERSION) return;
    columns.paths.forEach((path, index) => {
      const [dev = 0, ino = 0, size = 0, mtimeMs = 0, ctimeMs = 0, mode = 0] = columns.stamps.subarray(index * 6, index * 6 + 6);
      const digest = columns.digests.slice(index * 32, index * 32 + 32) as Digest;
      this.#entries.set(path, { stamp: { dev, ino, size, mtimeMs, ctimeMs, mode }, digest, racy: false });
    });
  }
}

interface Indexed {
  readonly stamp: Stamp;
  readonly digest: Digest;
  readonly racy: boolean;
}

interface Columns {
  readonly version: number;
  readonly paths: string[];
  readonly digests: string;
  readonly stamps: Float64Array;
}

const VERSION = 1;
const LARGEST = 500_000;

/** How long two changes may share one timestamp: a kernel tick, or 2 s on file systems that keep whole seconds. */
function tickMs(stamp: Stamp): number {
  return stamp.mtimeMs % 1000 === 0 && stamp.ctimeMs % 1000 === 0 ? 2000 : 10;
}
