import { loadHasher } from './base/digest.ts';
import { removeAbandoned, temporaryName } from './base/files.ts';
import { joinPath, normalizeAbsolute, type AbsolutePath } from './base/path.ts';
import type { Cache } from './cache/cache.ts';
import { faultFrom, isFault, type CacheFault } from './cache/fault.ts';
import { FileStates } from './cache/file-states.ts';
import { IndexCopy } from './cache/index-copy.ts';
import { Lease, type DatabaseAccess } from './cache/lease.ts';
import { Ledger } from './cache/ledger.ts';
import { Overlaps } from './cache/overlaps.ts';
import type { BlobPool, GitView, HashPool } from './cache/ports.ts';
import { Programs } from './cache/programs.ts';
import { StatIndex } from './cache/stat-index.ts';
import { Store } from './cache/store.ts';
import type { Configuration } from './workspace/config.ts';

export interface CachePlaces {
  readonly root: AbsolutePath;
  /** Where entries and blobs are; may be shared by checkouts. */
  readonly store: AbsolutePath;
  /** Where this checkout keeps its ledger and its temporary files. */
  readonly checkout: AbsolutePath;
}

/** Where a checkout keeps what is its own: ledger, stat index, record, and its entries unless they are elsewhere. */
export function checkoutHome(root: AbsolutePath): AbsolutePath {
  return joinPath(root, 'node_modules/.cache/reprise');
}

/** `REPRISE_CACHE_DIR` wins over `cacheDir` of the config; both are relative to the root. */
export function placesOf(
  root: AbsolutePath,
  { cacheDirectory }: Pick<Configuration, 'cacheDirectory'>,
  env: Readonly<Record<string, string | undefined>>,
): CachePlaces {
  const home = env['REPRISE_CACHE_DIR'] ?? cacheDirectory ?? '';
  const checkout = checkoutHome(root);
  return { root, checkout, store: home === '' ? checkout : normalizeAbsolute(home.startsWith('/') ? home : `${root}/${home}`) };
}

/** Opens what the steps of a run share of the cache, or says what keeps it out of order. */
export async function openCache(places: CachePlaces, pool: HashPool & BlobPool, git: GitView): Promise<Cache | CacheFault> {
  const store = Store.open(places.store);
  if (isFault(store)) return store;
  store.warmUp();
  for (const directory of [store.directory, store.blobs]) removeAbandoned(directory);
  return await assemble(places, store, new Lease(ledgerIn(places)), { pool, git, scratch: scratchDirectory(places) });
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
  const cache = await assemble(places, store, owners, { ...ports, scratch });
  return { cache, close: async () => void (await Promise.all(copies.map((copy) => copy.close()))) };
}

interface CachePorts {
  readonly pool: HashPool & BlobPool;
  readonly git: GitView;
  readonly scratch: AbsolutePath;
}

async function assemble(places: CachePlaces, store: Store, owners: DatabaseAccess, ports: CachePorts): Promise<Cache | CacheFault> {
  const ledger = new Ledger(owners, places.root);
  const loading = Promise.all([ledger.load(), loadHasher()]);
  const index = new StatIndex();
  index.load(statIndexOf(places));
  const [trouble, hasher] = await loading;
  if (trouble) return trouble;
  const states = new FileStates(places.root, index, hasher, ports.pool);
  states.disk.remember();
  return { root: places.root, store, ledger, states, overlaps: new Overlaps(), programs: new Programs(states), hasher, ...ports };
}

/** Writes what is remembered beyond the run. Afterwards nothing of the cache is open. */
export async function closeCache({ store, ledger, states }: Cache, places: CachePlaces): Promise<CacheFault | undefined> {
  const trouble = (await ledger.save()) ?? (await store.flush());
  await Promise.all([store.release(), ledger.release()]);
  try {
    states.index.save(statIndexOf(places));
  } catch (error) {
    return trouble ?? faultFrom('the stat index cannot be written', error);
  }
  return trouble;
}

function ledgerIn({ checkout }: CachePlaces): AbsolutePath {
  return joinPath(checkout, 'tree');
}

/** Stamps are those of one checkout, so it is no part of a store that others share. */
function statIndexOf({ checkout }: CachePlaces): AbsolutePath {
  return joinPath(checkout, 'stat-index');
}

/** A directory for temporary files of this run; those of runs that were killed are removed. It is made when first needed. */
export function scratchDirectory({ checkout }: Pick<CachePlaces, 'checkout'>): AbsolutePath {
  removeAbandoned(checkout);
  return temporaryName(joinPath(checkout, 'run'));
}
