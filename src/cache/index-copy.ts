import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { codeOf, removeIfPossible } from '../base/files.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';
import { fault, faultFrom, type CacheFault } from './fault.ts';
import type { Database, DatabaseAccess } from './lease.ts';

/**
 * A LevelDB read without a trace of the reading: no lock is taken, no run is kept waiting, and it may be on a disk that
 * cannot be written. What is opened is a copy in a temporary directory, whose tables, which LevelDB never changes, are links.
 * A database that is not there is empty.
 */
export class IndexCopy implements DatabaseAccess {
  readonly #location: AbsolutePath;
  readonly #copy: AbsolutePath;
  #opened: Promise<Database | CacheFault> | undefined;

  /** `copy`: a directory to be made, in one that may be written; `close` removes it. */
  constructor(location: AbsolutePath, copy: AbsolutePath) {
    this.#location = location;
    this.#copy = copy;
  }

  async use<T>(work: (database: Database) => Promise<T>): Promise<T | CacheFault> {
    this.#opened ??= this.#open();
    const database = await this.#opened;
    if ('kind' in database) return database;
    try {
      return await work(database);
    } catch (error) {
      return faultFrom('the cache index is unusable', error);
    }
  }

  async close(): Promise<void> {
    const database = await this.#opened;
    if (database !== undefined && !('kind' in database)) await database.close();
    removeIfPossible(this.#copy);
  }

  async #open(): Promise<Database | CacheFault> {
    const { Level } = await import('level');
    for (let triesLeft = MOST_TRIES; triesLeft > 0; triesLeft--) {
      try {
        if (!this.#take()) continue;
        const database: Database = new Level(this.#copy, { keyEncoding: 'utf8', valueEncoding: 'buffer' });
        await database.open();
        return database;
      } catch (error) {
        // Files come and go while another run is at it.
        if (triesLeft === 1) return faultFrom('the cache index cannot be read', error);
      }
    }
    return fault('the cache index changes all the time');
  }

  /** Whether the copy is of one moment: `CURRENT` names the manifest that names all else. */
  #take(): boolean {
    removeIfPossible(this.#copy);
    mkdirSync(this.#copy, { recursive: true, mode: 0o700 });
    if (!existsSync(joinPath(this.#location, CURRENT))) return true;
    const before = readFileSync(joinPath(this.#location, CURRENT), 'utf8');
    for (const name of readdirSync(this.#location)) {
      const [from, to] = [joinPath(this.#location, name), joinPath(this.#copy, name)];
      if (/\.(?:ldb|sst)$/.test(name)) symlinkSync(from, to);
      else if (/^(?:CURRENT|MANIFEST-\d+|\d+\.log)$/.test(name)) copyUnlessGone(from, to);
    }
    return readFileSync(joinPath(this.#location, CURRENT), 'utf8') === before;
  }
}

const CURRENT = 'CURRENT';
const MOST_TRIES = 5;

function copyUnlessGone(from: AbsolutePath, to: AbsolutePath): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
