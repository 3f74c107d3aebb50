import { loadHasher } from './base/digest.ts';
import { removeAbandoned, temporaryName } from './base/files.ts';
import { joinPath, lossyText, type AbsolutePath } from './base/path.ts';
import { cachePlaces, ledgerIn, statIndexIn, type CachePlaces } from './cache/cache-places.ts';
import type { Cache } from './cache/cache.ts';
import { faultFrom, isFault, type CacheFault } from './cache/fault.ts';
import { FileStates } from './cache/file-states.ts';
import { IndexCopy } from './cache/index-copy.ts';
import { Lease } from './cache/lease.ts';
import { Ledger } from './cache/ledger.ts';
import type { Claimant } from './cache/owners.ts';
import { Overlaps } from './cache/overlaps.ts';
import type { BlobPool, GitView, HashPool } from './cache/ports.ts';
import { Programs } from './cache/programs.ts';
import { StatIndex } from './cache/stat-index.ts';
import { otherRuns } from './cache/presence.ts';
import { runsIn } from './cache/store-directory.ts';
import { boundOf, measureIndex } from './cache/store-size.ts';
import { Store } from './cache/store.ts';
import type { Configuration } from './workspace/config.ts';

/** `REPRISE_CACHE_DIR` wins over `cacheDir` of the config; both are relative to the root. */
export function placesOf(
  root: AbsolutePath,
  { cacheDirectory, cacheMaxSize }: Pick<Configuration, 'cacheDirectory' | 'cacheMaxSize'>,
  env: Readonly<Record<string, string | undefined>>,
): CachePlaces {
  const named = env['REPRISE_CACHE_DIR'];
  // A database stands only where its path is UTF-8.
  return cachePlaces(root, { directory: named === undefined ? cacheDirectory : lossyText(named), maxSize: cacheMaxSize });
}

/** Opens what the steps of a run share of the cache, or says what keeps it out of order. */
export async function openCache(
  places: CachePlaces,
  { around = [], ...ports }: Omit<CachePorts, 'scratch'> & { readonly around?: readonly Claimant[] },
): Promise<Cache | CacheFault> {
  const store = Store.open(places.store);
  if (isFault(store)) return store;
  store.warmUp();
  for (const directory of [store.directory, store.blobs]) removeAbandoned(directory);
  const ledger = new Ledger(new Lease(ledgerIn(places)), places.root, around);
  const cache = await assemble(places, store, ledger, { ...ports, scratch: scratchDirectory(places) });
  if (!isFault(cache)) store.enter();
  return cache;
}

/**
 * The cache for questions only: nothing of it is made, changed or locked, and its disk may be one that cannot be written.
 * `scratch`: a directory that may. `close` removes what was put there.
 */
export async function openCacheForReading(
  places: CachePlaces,
  { scratch, ...ports }: CachePorts,
): Promise<{ readonly cache: Cache | CacheFault; readonly close: () => Promise<void> }> {
  const owners = new IndexCopy(ledgerIn(places), joinPath(scratch, 'ledger'));
  const copies = [owners];
  const openIndex = (location: AbsolutePath): IndexCopy => {
    const copy = new IndexCopy(location, joinPath(scratch, 'index'));
    copies.push(copy);
    return copy;
  };
  const store = Store.openForReading(places.store, openIndex);
  const cache = await assemble(places, store, new Ledger(owners, places.root), { ...ports, scratch });
  return { cache, close: async () => void (await Promise.all(copies.map((copy) => copy.close()))) };
}

interface CachePorts {
  readonly pool: HashPool & BlobPool;
  readonly git: GitView;
  readonly scratch: AbsolutePath;
}

async function assemble(places: CachePlaces, store: Store, ledger: Ledger, ports: CachePorts): Promise<Cache | CacheFault> {
  const openedAt = Date.now();
  const loading = Promise.all([ledger.load(), loadHasher()]);
  const index = new StatIndex();
  index.load(statIndexIn(places));
  const [trouble, hasher] = await loading;
  if (trouble) return trouble;
  const states = new FileStates(places.root, index, hasher, ports.pool);
  const shared = { overlaps: new Overlaps(), programs: new Programs(states), hasher };
  return { root: places.root, openedAt, store, ledger, states, ...shared, ...ports };
}

/** Writes what is remembered beyond the run, and keeps the store within its bound. Afterwards nothing of the cache is open. */
export async function closeCache({ store, ledger, states, openedAt }: Cache, places: CachePlaces): Promise<CacheFault | undefined> {
  const unsaved = await ledger.save();
  const usage = await store.leave();
  await Promise.all([store.release(), ledger.release()]);
  const trouble = unsaved ?? (isFault(usage) ? usage : undefined);
  if (!isFault(usage)) await keepBound(store, usage, openedAt, places);
  try {
    states.index.save(statIndexIn(places));
  } catch (error) {
    return trouble ?? faultFrom('the stat index cannot be written', error);
  }
  return trouble;
}

/**
 * Looks at the whole store only where it is too large, by what runs have told of, or where that may be wrong. Where that
 * cannot be now, nothing is said: the next run that ends tries again.
 */
async function keepBound({ directory }: Store, usage: number | undefined, openedAt: number, { maxSize }: CachePlaces): Promise<void> {
  const bound = boundOf(maxSize, directory);
  const isWithin = usage !== undefined && usage + measureIndex(directory) <= bound;
  if (isWithin && otherRuns(runsIn(directory)).left.length === 0) return;
  const { sweep } = await import('./cache/sweep.ts');
  await sweep({ directory, bound, ownSince: openedAt });
}

/** A directory for temporary files of this run; those of runs that were killed are removed. It is made when first needed. */
export function scratchDirectory({ checkout }: Pick<CachePlaces, 'checkout'>): AbsolutePath {
  removeAbandoned(checkout);
  return temporaryName(joinPath(checkout, 'run'));
}
