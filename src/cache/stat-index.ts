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
  /** What was loaded stays in columns: most of a large index is not asked for at all, and little of it changes. */
  #loaded = noColumns;
  readonly #rows = new Map<string, number>();
  #changed = false;

  /** The digest of the file that has this stamp now, if it is certain. */
  digest(path: string, stamp: Stamp): Digest | undefined {
    const entry = this.#entries.get(path);
    if (entry) return !entry.racy && sameStamp(entry.stamp, stamp) ? entry.digest : undefined;
    const row = this.#rows.get(path);
    return row !== undefined && hasStamp(this.#loaded, row, stamp) ? digestIn(this.#loaded, row) : undefined;
  }

  /** `hashedAt`: milliseconds since the epoch right before the file was read. */
  remember(path: string, stamp: Stamp, digest: Digest, hashedAt: number): void {
    const racy = Math.max(stamp.ctimeMs, stamp.mtimeMs) + tickMs(stamp) >= hashedAt;
    // Anew at the end: what was not asked for the longest goes first.
    this.#entries.delete(path);
    this.#rows.delete(path);
    this.#entries.set(path, { stamp, digest, racy });
    this.#changed = true;
  }

  load(file: AbsolutePath): void {
    try {
      this.#decode(readFileSync(file));
    } catch (error) {
      if (!isAbsence(error)) this.#rows.clear();
    }
  }

  /** Throws when the file cannot be written; the index in memory stays as it is. */
  save(file: AbsolutePath): void {
    if (!this.#changed) return;
    writeAtomically(file, this.#encode());
    this.#changed = false;
  }

  #encode(): Buffer {
    const rows = [...this.#rows];
    const kept = [...this.#entries].filter(([, entry]) => !entry.racy).slice(-LARGEST);
    const old = rows.slice(Math.max(0, rows.length + kept.length - LARGEST));
    const stamps = new Float64Array((old.length + kept.length) * FIELDS);
    old.forEach(([, row], index) => stamps.set(this.#loaded.stamps.subarray(row * FIELDS, (row + 1) * FIELDS), index * FIELDS));
    kept.forEach(([, { stamp }], index) => {
      stamps.set([stamp.dev, stamp.ino, stamp.size, stamp.mtimeMs, stamp.ctimeMs, stamp.mode], (old.length + index) * FIELDS);
    });
    const columns: Columns = {
      version: VERSION,
      paths: [...old, ...kept].map(([path]) => path),
      digests: [...old.map(([, row]) => digestIn(this.#loaded, row)), ...kept.map(([, { digest }]) => digest)].join(''),
      stamps,
    };
    return serialize(columns);
  }

  #decode(bytes: Buffer): void {
    const columns = deserialize(bytes) as Columns;
    const { length } = columns.paths;
    const isWhole = columns.version === VERSION && columns.digests.length === length * 32 && columns.stamps.length === length * FIELDS;
    if (!isWhole) return;
    this.#loaded = columns;
    columns.paths.forEach((path, row) => this.#rows.set(path, row));
  }
}

function hasStamp({ stamps }: Columns, row: number, { dev, ino, size, mtimeMs, ctimeMs, mode }: Stamp): boolean {
  const at = row * FIELDS;
  return (
    stamps[at] === dev &&
    stamps[at + 1] === ino &&
    stamps[at + 2] === size &&
    stamps[at + 3] === mtimeMs &&
    stamps[at + 4] === ctimeMs &&
    stamps[at + 5] === mode
  );
}

function digestIn({ digests }: Columns, row: number): Digest {
  return digests.slice(row * 32, row * 32 + 32) as Digest;
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
/** Numbers a stamp. */
const FIELDS = 6;
const noColumns: Columns = { version: VERSION, paths: [], digests: '', stamps: new Float64Array() };
const LARGEST = 500_000;

/** How long two changes may share one timestamp: a kernel tick, or 2 s on file systems that keep whole seconds. */
function tickMs(stamp: Stamp): number {
  return stamp.mtimeMs % 1000 === 0 && stamp.ctimeMs % 1000 === 0 ? 2000 : 10;
}
