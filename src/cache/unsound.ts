import { existsSync } from 'node:fs';
import { blobPath } from '../base/blob-path.ts';
import type { AbsolutePath } from '../base/path.ts';
import { decodeEntry } from './entry-codec.ts';
import { isFault, type CacheFault } from './fault.ts';
import type { Database, Lease } from './lease.ts';
import { ABOUT, ENTRY, keyStarts, rangeOf, readHoldings, removalsOf } from './store-records.ts';

/**
 * Reads all entries and removes those that can serve nobody: that are damaged, of which only a part is recorded, or that
 * miss a blob. Gives how many.
 */
export async function removeUnsound(lease: Lease, blobs: AbsolutePath): Promise<number | CacheFault> {
  let removed = 0;
  for (const start of keyStarts) {
    const done = await lease.use((database) => removeIn(database, start, blobs));
    if (isFault(done)) return done;
    removed += done;
  }
  return removed;
}

async function removeIn(database: Database, start: string, blobs: AbsolutePath): Promise<number> {
  const holdings = await readHoldings(database, start);
  const whole = holdings.filter((holding) => holding.blobs.every((blob) => existsSync(blobPath(blobs, blob))));
  const recorded = new Set(whole.map(({ entry }) => entry));
  const sound = new Set<string>();
  const all = new Set((await database.keys(rangeOf(ABOUT, start)).all()).map((key) => key.slice(ABOUT.length)));
  for await (const [key, value] of database.iterator(rangeOf(ENTRY, start))) {
    const entry = key.slice(ENTRY.length);
    all.add(entry);
    if (recorded.has(entry) && decodeEntry(value) !== undefined) sound.add(entry);
  }
  const unsound = [...all].filter((entry) => !sound.has(entry));
  await database.batch(removalsOf(unsound));
  return unsound.length;
}
