import { existsSync } from 'node:fs';
import type { Digest } from '../base/digest.ts';
import type { AbsolutePath } from '../base/path.ts';
import { guarded, isFault, type CacheFault } from './fault.ts';
import { Lease } from './lease.ts';
import { blobsIn, indexIn } from './store-directory.ts';
import { readHoldings, type Holding } from './store-records.ts';
import { measureBlobs, measureIndex, sum } from './store-size.ts';

/** What a store holds. */
export interface Inventory {
  readonly holdings: readonly Holding[];
  /** Every blob on the disk, and its bytes there. */
  readonly blobs: ReadonlyMap<Digest, number>;
  readonly indexBytes: number;
}

/** What the entries of one task come to. */
export interface TaskHoldings {
  readonly task: string;
  readonly label: string;
  readonly entries: number;
  /** A blob that tasks share counts for each of them. */
  readonly bytes: number;
  readonly lastUse: number;
}

/** Looks at a store, of which at most an index goes that is damaged. Where there is none it is empty. */
export async function takeInventory(directory: AbsolutePath): Promise<Inventory | CacheFault> {
  const lease = new Lease(indexIn(directory));
  try {
    return await guarded('the cache cannot be read', async () => {
      const holdings = existsSync(indexIn(directory)) ? await lease.use((database) => readHoldings(database)) : [];
      if (isFault(holdings)) return holdings;
      return { holdings, blobs: measureBlobs(blobsIn(directory)), indexBytes: measureIndex(directory) };
    });
  } finally {
    await lease.close();
  }
}

/** The largest first. */
export function byTask({ holdings, blobs }: Inventory): TaskHoldings[] {
  const tasks = new Map<string, Holding[]>();
  for (const holding of holdings) tasks.set(holding.task, [...(tasks.get(holding.task) ?? []), holding]);
  return [...tasks]
    .map(([task, held]) => ({
      task,
      label: held[0]?.label ?? task,
      entries: held.length,
      bytes: sum(held.map(({ bytes }) => bytes)) + sum([...new Set(held.flatMap((one) => one.blobs))].map((blob) => blobs.get(blob) ?? 0)),
      lastUse: Math.max(...held.map(({ lastUse }) => lastUse)),
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.label < b.label ? -1 : 1));
}
