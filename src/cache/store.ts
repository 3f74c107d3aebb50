import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { blobPath, renewBlob } from '../base/blob-path.ts';
import { isWrongKind, removeIfPossible } from '../base/files.ts';
import type { Digest } from '../base/digest.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Entry } from './entry.ts';
import { decodeEntry, encodeEntry } from './entry-codec.ts';
import { fault, faultFrom, isFault, type CacheFault } from './fault.ts';
import type { CacheKeyParts } from '../plan/cache-key.ts';
import { Lease, type Database, type DatabaseAccess } from './lease.ts';
import { enter } from './presence.ts';
import {
  ABOUT,
  blobsOf,
  encodeAbout,
  ENTRY,
  GENERATION,
  LAST_KEY,
  rangeOf,
  readUsage,
  removalsOf,
  stepIdentity,
  USED,
  writeUsage,
} from './store-records.ts';
import { blobsIn, indexIn, olderFormats, readSalt, runsIn, saltForReading, storeIn } from './store-directory.ts';

/**
 * The stored executions, shared by all runs on this machine that use the same directory. A key holds several entries,
 * of which the least recently used goes. Nothing here holds a lock while a command runs.
 */
export class Store {
  readonly directory: AbsolutePath;
  /** Keys the digests of environment values, so that a shared store does not give them away. */
  readonly salt: Uint8Array;
  readonly #lease: DatabaseAccess;
  readonly #candidates = new Map<Digest, Entry[]>();
  readonly #used = new Map<string, number>();
  #written: number | undefined = 0;
  #leave = (): void => undefined;

  private constructor(directory: AbsolutePath, salt: Uint8Array, index: DatabaseAccess) {
    this.directory = directory;
    this.salt = salt;
    this.#lease = index;
  }

  /**
   * Opens the store of this format below `home`, and drops those of older formats unread. One in which files stand for
   * directories or the reverse is removed, so that the next run starts afresh.
   */
  static open(home: AbsolutePath): Store | CacheFault {
    const directory = storeIn(home);
    try {
      for (const name of olderFormats(home)) removeIfPossible(joinPath(home, name));
      const store = new Store(directory, readSalt(directory), new Lease(indexIn(directory)));
      mkdirSync(store.blobs, { recursive: true });
      return store;
    } catch (error) {
      if (isWrongKind(error)) removeIfPossible(directory);
      return faultFrom('the cache directory is unusable', error);
    }
  }

  /** For questions only: nothing of the store is made, changed or locked. `openIndex` opens an index for reading. */
  static openForReading(home: AbsolutePath, openIndex: (location: AbsolutePath) => DatabaseAccess): Store {
    const directory = storeIn(home);
    return new Store(directory, saltForReading(directory), openIndex(indexIn(directory)));
  }

  get blobs(): AbsolutePath {
    return blobsIn(this.directory);
  }

  /** From now on until `leave`, nobody removes what this run finds or writes. */
  enter(): void {
    this.#leave = enter(runsIn(this.directory));
  }

  /** Opens the index for the lookups to come, while something else is done. */
  warmUp(): void {
    void this.#lease.use(() => Promise.resolve());
  }

  /** The entries of a key, the newest first. */
  async candidates(key: Digest): Promise<readonly Entry[] | CacheFault> {
    const known = this.#candidates.get(key);
    if (known) return known;
    const stored = await this.#lease.use((database) => database.iterator(rangeOf(ENTRY, key)).all());
    if (isFault(stored)) return stored;
    const entries = stored.map(([, value]) => decodeEntry(value)).filter((entry) => entry !== undefined);
    if (entries.length < stored.length) return await this.#dropDamaged(stored);
    entries.sort((a, b) => b.storedAt - a.storedAt);
    this.#candidates.set(key, entries);
    return entries;
  }

  /** One entry, whichever key it was stored under. */
  async entry(key: Digest, id: string): Promise<Entry | undefined> {
    const candidates = await this.candidates(key);
    return isFault(candidates) ? undefined : candidates.find((entry) => entry.id === id);
  }

  /** What the step's key was made from when it was last stored. */
  async lastKeyParts(step: PlannedStep): Promise<CacheKeyParts | CacheFault | undefined> {
    const value = await this.#lease.use((database) => database.get(LAST_KEY + stepIdentity(step)));
    if (value === undefined || isFault(value)) return value;
    return parseKeyParts(value);
  }

  /**
   * Adds an entry; one with an equal fingerprint is replaced, and beyond the limit the least recently used goes.
   * `blobs-gone`: others have removed blobs of the entry, which therefore was not added.
   */
  async publish(step: PlannedStep, key: Digest, parts: CacheKeyParts, entry: Entry): Promise<CacheFault | 'blobs-gone' | undefined> {
    const before = await this.candidates(key);
    if (isFault(before)) return before;
    const value = encodeEntry(entry);
    const print = JSON.stringify(entry.fingerprint);
    const equal = before.filter(({ fingerprint }) => JSON.stringify(fingerprint) === print);
    const about = encodeAbout(step, entry, value.length);
    const done = await this.#lease.use(async (database) => {
      // Blobs are removed under the lease, too: what is there now stays for as long as the entry refers to it.
      if (!blobsOf(entry).every((blob) => existsSync(blobPath(this.blobs, blob)))) return 'blobs-gone';
      const surplus = await this.#leastUsed(database, key, before, equal);
      const gone = [...equal, ...surplus];
      // Other runs may have found them already.
      for (const blob of gone.flatMap(blobsOf)) renewBlob(blobPath(this.blobs, blob));
      await database.batch([
        ...removalsOf(gone.map(({ id }) => key + id)),
        { type: 'put', key: ENTRY + key + entry.id, value },
        { type: 'put', key: ABOUT + key + entry.id, value: about },
        { type: 'put', key: LAST_KEY + stepIdentity(step), value: Buffer.from(JSON.stringify(parts)) },
        { type: 'put', key: GENERATION, value: randomBytes(8) },
      ]);
      return gone;
    });
    if (isFault(done) || done === 'blobs-gone') return done;
    this.#candidates.set(key, [entry, ...before.filter((candidate) => !done.includes(candidate))]);
    return undefined;
  }

  /** Takes an entry back. */
  async remove(key: Digest, id: string): Promise<CacheFault | undefined> {
    const known = this.#candidates.get(key);
    if (known)
      this.#candidates.set(
        key,
        known.filter((entry) => entry.id !== id),
      );
    const done = await this.#lease.use((database) => database.batch(removalsOf([key + id])));
    return isFault(done) ? done : undefined;
  }

  /** Notes that an entry was restored, which keeps it from being the one that goes. Written with `flush`. */
  touch(key: Digest, id: string, at: number): void {
    this.#used.set(USED + key + id, at);
  }

  async flush(): Promise<CacheFault | undefined> {
    if (this.#used.size === 0) return undefined;
    const done = await this.#lease.use((database) => this.#writeUses(database));
    return isFault(done) ? done : undefined;
  }

  /** Notes that so many bytes of blobs were written; `undefined`: some, and nobody knows how many. */
  countWritten(bytes: number | undefined): void {
    this.#written = bytes === undefined || this.#written === undefined ? undefined : this.#written + bytes;
  }

  /**
   * Ends what `enter` began, with everything written. Gives how many bytes of blobs there are by what runs have told, so
   * that of runs that end together the last one knows of all; `undefined`: that is not known.
   */
  async leave(): Promise<number | CacheFault | undefined> {
    const usage = await this.#lease.use(async (database) => {
      await this.#writeUses(database);
      const counted = await readUsage(database);
      const bytes = counted === undefined || this.#written === undefined ? undefined : counted + this.#written;
      if (bytes !== counted) await writeUsage(database, bytes);
      this.#leave();
      return bytes;
    });
    this.#leave();
    return usage;
  }

  /** Gives the index back to other runs. */
  async release(): Promise<void> {
    await this.#lease.close();
  }

  async #writeUses(database: Database): Promise<void> {
    if (this.#used.size === 0) return;
    const puts = [...this.#used].map(([key, at]) => ({ type: 'put' as const, key, value: Buffer.from(String(at)) }));
    this.#used.clear();
    await database.batch(puts);
  }

  /** So that the next lookup finds none. */
  async #dropDamaged(stored: readonly (readonly [string, Buffer])[]): Promise<CacheFault> {
    const damaged = stored.filter(([, value]) => decodeEntry(value) === undefined);
    const dropped = await this.#lease.use((database) => database.batch(removalsOf(damaged.map(([key]) => key.slice(ENTRY.length)))));
    return isFault(dropped) ? dropped : fault('a stored entry is damaged');
  }

  async #leastUsed(database: Database, key: Digest, entries: readonly Entry[], except: readonly Entry[]): Promise<Entry[]> {
    const kept = entries.filter((entry) => !except.includes(entry));
    if (kept.length < ENTRIES_PER_KEY) return [];
    const used = new Map(await database.iterator(rangeOf(USED, key)).all());
    const lastUse = ({ id, storedAt }: Entry) => Number(this.#used.get(USED + key + id) ?? used.get(USED + key + id) ?? storedAt);
    return kept.sort((a, b) => lastUse(a) - lastUse(b)).slice(0, kept.length - ENTRIES_PER_KEY + 1);
  }
}

const ENTRIES_PER_KEY = 8;

/** They serve to explain a miss: damaged ones are as good as none. */
function parseKeyParts(value: Buffer): CacheKeyParts | undefined {
  try {
    return JSON.parse(value.toString()) as CacheKeyParts;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
