import { rmSync } from 'node:fs';
import { blobPath, bytesOnDisk, renewBlob } from '../base/blob-path.ts';
import type { Digest } from '../base/digest.ts';
import { removeAbandoned, removeIfPossible, stampOf } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';
import { compact } from './compact.ts';
import { chooseEvictions } from './evict.ts';
import { guarded, isFault, type CacheFault } from './fault.ts';
import { Lease, type Database } from './lease.ts';
import { otherRuns } from './presence.ts';
import { blobsIn, indexIn, runsIn } from './store-directory.ts';
import { GENERATION, readHoldings, readUsage, removalsOf, staleRecords, writeUsage, type Holding } from './store-records.ts';
import { measureBlobs, measureIndex, sum } from './store-size.ts';
import { removeUnsound } from './unsound.ts';

export interface SweepRequest {
  /** Of the store. */
  readonly directory: AbsolutePath;
  /** How many bytes may stay. */
  readonly bound: number;
  /** Entries that go in any case. */
  readonly drop?: (holding: Holding) => boolean;
  /** Reads every entry and drops those that are damaged. */
  readonly isThorough?: boolean;
  /** Entries used since then are those of the run that sweeps: they go last. */
  readonly ownSince?: number;
}

export interface Swept {
  /** Entries that went because they were to, to keep the bound, or because they were damaged. */
  readonly dropped: number;
  readonly evicted: number;
  readonly damaged: number;
  readonly blobs: number;
  readonly temporaryFiles: number;
  /** Of blobs and index together. */
  readonly bytes: number;
  /** Bytes that go once the runs have ended that may need them. */
  readonly waiting: number;
}

export const nothingSwept: Swept = { dropped: 0, evicted: 0, damaged: 0, blobs: 0, temporaryFiles: 0, bytes: 0, waiting: 0 };

/**
 * Removes what nothing refers to any more, and entries until the store keeps its bound. Runs that go on meanwhile lose
 * nothing that they have found or are about to publish; a sweep that is killed leaves nothing but work for the next.
 */
export async function sweep(request: SweepRequest): Promise<Swept | CacheFault> {
  const lease = new Lease(indexIn(request.directory));
  try {
    return await guarded('the cache cannot be swept', () => new Sweep(request, lease).run());
  } finally {
    await lease.close();
  }
}

/**
 * An entry leaves the index before its blobs leave the disk, so that no entry is ever without them. Blobs are removed
 * under the lease and against what the index holds at that time; `Store.publish` looks for them under it, too.
 */
class Sweep {
  readonly #request: SweepRequest;
  readonly #lease: Lease;
  #generation: string | undefined;
  #holdings: readonly Holding[] = [];
  #files: Map<Digest, number>;
  #referred = new Set<Digest>();
  #waiting = 0;
  #blobs = 0;
  #freed = 0;

  constructor(request: SweepRequest, lease: Lease) {
    this.#request = request;
    this.#lease = lease;
    this.#files = new Map();
  }

  async run(): Promise<Swept | CacheFault> {
    const { directory, drop, isThorough = false } = this.#request;
    const usage = await this.#lease.use(readUsage);
    if (isFault(usage)) return usage;
    const { left } = otherRuns(runsIn(directory));
    const temporaryFiles = removeAbandoned(blobsIn(directory)) + removeAbandoned(directory);
    this.#files = measureBlobs(blobsIn(directory));
    const indexBefore = this.#indexBytes();
    const damaged = isThorough ? await removeUnsound(this.#lease, this.#place) : 0;
    if (isFault(damaged)) return damaged;
    const dropped = await this.#lease.use((database) => this.#remove(database, () => this.#holdings.filter(drop ?? none)));
    if (isFault(dropped)) return dropped;
    const trouble = (await this.#removeUnreferred()) ?? (isThorough || dropped > 0 ? await this.#compact() : undefined);
    if (trouble) return trouble;
    const evicted = await this.#keepBound();
    if (isFault(evicted)) return evicted;
    const counted = await this.#lease.use((database) => this.#count(database, usage ?? 0));
    if (isFault(counted)) return counted;
    // Only now: had this one been killed before, the next would have to look again for what they left.
    for (const file of left) removeIfPossible(file);
    const bytes = this.#freed + Math.max(0, indexBefore - this.#indexBytes());
    return { dropped, evicted, damaged, blobs: this.#blobs, temporaryFiles, bytes, waiting: this.#waiting };
  }

  /** The index and all blobs on the disk, also those that wait. */
  #bytes(): number {
    return sum(this.#files.values()) + this.#indexBytes();
  }

  #indexBytes(): number {
    return measureIndex(this.#request.directory);
  }

  async #keepBound(): Promise<number | CacheFault> {
    const { bound, ownSince = Infinity } = this.#request;
    const excess = () => this.#bytes() - this.#waiting - (bound - Math.min(bound * SLACK, HEADROOM_BYTES));
    let evicted = 0;
    // What has left the index is on the disk until that is compacted, and it may have been smaller there than it said.
    for (let round = 0; round < MOST_ROUNDS && excess() > 0; round++) {
      const { since } = otherRuns(runsIn(this.#request.directory));
      const eviction = { excess: excess(), slack: bound * SLACK, inUseSince: inUseSince(since, LONGEST_RUN_MS), ownSince };
      const gone = await this.#lease.use((database) =>
        this.#remove(database, () => chooseEvictions(this.#holdings, this.#files, eviction)),
      );
      if (isFault(gone)) return gone;
      const trouble = (await this.#removeUnreferred()) ?? (excess() > 0 ? await this.#compact() : undefined);
      if (trouble) return trouble;
      evicted += gone;
      if (gone === 0) break;
    }
    return evicted;
  }

  /** Takes the chosen entries out of the index, and with them what is recorded of nothing. */
  async #remove(database: Database, choose: () => readonly Holding[]): Promise<number> {
    await this.#load(database);
    const victims = new Set(choose());
    const left = this.#holdings.filter((holding) => !victims.has(holding));
    const referred = blobsReferredBy(left);
    if (otherRuns(runsIn(this.#request.directory)).since.length > 0) {
      // They may have found the entries already: to them the blobs are in use from now on.
      for (const blob of blobsReferredBy(victims)) if (!referred.has(blob)) renewBlob(blobPath(this.#place, blob));
    }
    const stale = await staleRecords(database, left);
    await database.batch([...removalsOf([...victims].map(({ entry }) => entry)), ...stale.map((key) => ({ type: 'del' as const, key }))]);
    this.#holdings = left;
    this.#referred = referred;
    return victims.size;
  }

  /** Reads what is held unless nothing was published since. */
  async #load(database: Database): Promise<void> {
    const generation = (await database.get(GENERATION))?.toString('hex') ?? '';
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#holdings = await readHoldings(database);
    this.#referred = blobsReferredBy(this.#holdings);
  }

  async #removeUnreferred(): Promise<CacheFault | undefined> {
    this.#waiting = 0;
    const unreferred = [...this.#files.keys()].filter((blob) => !this.#referred.has(blob));
    for (let start = 0; start < unreferred.length; start += BLOBS_A_BURST) {
      const some = unreferred.slice(start, start + BLOBS_A_BURST);
      const done = await this.#lease.use(async (database) => {
        await this.#load(database);
        const { since } = otherRuns(runsIn(this.#request.directory));
        for (const blob of some) if (!this.#referred.has(blob)) this.#removeBlob(blob, inUseSince(since, LONGEST_USE_MS));
      });
      if (isFault(done)) return done;
    }
    return undefined;
  }

  #removeBlob(blob: Digest, usedSince: number): void {
    const path = blobPath(this.#place, blob);
    const stamp = stampOf(path);
    if (stamp && stamp.mtimeMs >= usedSince) {
      this.#waiting += bytesOnDisk(stamp.size);
      return;
    }
    this.#files.delete(blob);
    if (stamp === undefined) return;
    rmSync(path, { force: true });
    this.#blobs++;
    this.#freed += bytesOnDisk(stamp.size);
  }

  get #place(): AbsolutePath {
    return blobsIn(this.#request.directory);
  }

  async #compact(): Promise<CacheFault | undefined> {
    return compact(this.#lease, this.#indexBytes());
  }

  /** What others have told of since is added: better counted twice than never. */
  async #count(database: Database, before: number): Promise<void> {
    const told = Math.max(0, ((await readUsage(database)) ?? before) - before);
    // With something left to do, the next run that ends looks again.
    await writeUsage(database, this.#waiting > 0 ? undefined : sum(this.#files.values()) + told);
  }
}

function blobsReferredBy(holdings: Iterable<Holding>): Set<Digest> {
  return new Set([...holdings].flatMap(({ blobs }) => blobs));
}

/** What was used since then may be in use by a run that began at one of these times and keeps things for so long. */
function inUseSince(runs: readonly number[], longest: number): number {
  const limit = Date.now() - longest;
  return Math.min(Infinity, ...runs.map((since) => Math.max(since, limit)));
}

const none = (): boolean => false;
const MOST_ROUNDS = 8;
const BLOBS_A_BURST = 128;
/** Of the bound. */
const SLACK = 0.1;
/** The index writes files of its own. */
const HEADROOM_BYTES = 64 * 1024;
/** From finding or writing a blob until it is restored or an entry refers to it. */
const LONGEST_USE_MS = 10 * 60 * 1000;
/** A run that takes longer is a service or hangs; what it used before may go. */
const LONGEST_RUN_MS = 24 * 60 * 60 * 1000;
