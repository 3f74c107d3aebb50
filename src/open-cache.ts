import { loadHasher } from './base/digest.ts';
import { removeAbandoned, temporaryName } from './base/files.ts';
import { joinPath, type AbsolutePath } from './base/path.ts';
import { ledgerIn, statIndexIn, type CachePlaces } from './cache/cache-places.ts';
import type { Cache } from './cache/cache.ts';
import { faultFrom, isFault, type CacheFault } from './cache/fault.ts';
import { FileStates } from './cache/file-states.ts';
import { Ledger } from './cache/ledger.ts';
import { Overlaps } from './cache/overlaps.ts';
import type { BlobPool, GitView, HashPool } from './cache/ports.ts';
import { Programs } from './cache/programs.ts';
import { StatIndex } from './cache/stat-index.ts';
import { otherRuns } from './cache/presence.ts';
import { runsIn } from './cache/store-directory.ts';
import { boundOf, measureIndex } from './cache/store-size.ts';
import { Store } from './cache/store.ts';

/** Opens what the steps of a run share of the cache, or says what keeps it out of order. */
export async function openCache(places: CachePlaces, pool: HashPool & BlobPool, git: GitView): Promise<Cache | CacheFault> {
  const store = Store.open(places.store);
  if (isFault(store)) return store;
  for (const directory of [store.directory, store.blobs]) removeAbandoned(directory);
  const ledger = new Ledger(ledgerIn(places), places.root);
  const trouble = await ledger.load();
  if (trouble) return trouble;
  store.enter();
  const hasher = await loadHasher();
  const index = new StatIndex();
  index.load(statIndexIn(places));
  const states = new FileStates(places.root, index, hasher, pool);
  return {
    root: places.root,
    openedAt: Date.now(),
    store,
    ledger,
    states,
    overlaps: new Overlaps(),
    programs: new Programs(states),
    git,
    pool,
    hasher,
    scratch: scratchDirectory(places),
  };
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
