import { accessSync, constants, existsSync } from 'node:fs';
import { codeOf } from '../base/files.ts';
import { fsPath, joinPath, parentOf, type AbsolutePath } from '../base/path.ts';
import type { CachePlaces } from './cache-places.ts';
import { FORMAT_VERSION } from './entry.ts';
import { guarded, isFault, type CacheFault } from './fault.ts';
import { IndexCopy } from './index-copy.ts';
import { blobsIn, indexIn, olderFormats, storeIn } from './store-directory.ts';
import { readHoldings } from './store-records.ts';
import { boundOf, measureBlobs, measureIndex, sum } from './store-size.ts';

export interface StoreHealth {
  readonly directory: AbsolutePath;
  readonly formatVersion: number;
  readonly exists: boolean;
  readonly canRead: boolean;
  /** Where there is no store yet: whether one can be made. */
  readonly canWrite: boolean;
  /** Of formats that the next run drops. */
  readonly older: readonly string[];
  readonly bound: number;
  readonly contents: { readonly entries: number; readonly bytes: number } | CacheFault;
}

/** What there is to say of a store without a trace of the asking. `scratch`: a directory that may be written. */
export async function storeHealth({ store, root, maxSize }: CachePlaces, scratch: AbsolutePath): Promise<StoreHealth> {
  const directory = storeIn(store);
  const exists = existsSync(fsPath(directory));
  const place = nearestExisting(exists ? directory : store);
  const canRead = mayAccess(place, constants.R_OK | constants.X_OK);
  return {
    directory: store,
    formatVersion: FORMAT_VERSION,
    exists,
    canRead,
    canWrite: [place, ...(exists ? [indexIn(directory), blobsIn(directory)].filter((path) => existsSync(path)) : [])].every((path) =>
      mayAccess(path, constants.W_OK | constants.X_OK),
    ),
    older: canRead ? olderFormats(store) : [],
    bound: boundOf(maxSize, exists ? directory : root),
    contents: await measure(directory, joinPath(scratch, 'index')),
  };
}

async function measure(directory: AbsolutePath, copyPlace: AbsolutePath): Promise<StoreHealth['contents']> {
  const copy = new IndexCopy(indexIn(directory), copyPlace);
  try {
    return await guarded('the cache cannot be read', async () => {
      const holdings = await copy.use((database) => readHoldings(database));
      if (isFault(holdings)) return holdings;
      return { entries: holdings.length, bytes: sum(measureBlobs(blobsIn(directory)).values()) + measureIndex(directory) };
    });
  } finally {
    await copy.close();
  }
}

function nearestExisting(path: AbsolutePath): AbsolutePath {
  return existsSync(fsPath(path)) || path === '/' ? path : nearestExisting(parentOf(path));
}

function mayAccess(path: AbsolutePath, mode: number): boolean {
  try {
    accessSync(fsPath(path), mode);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
