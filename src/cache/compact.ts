import { isFault, type CacheFault } from './fault.ts';
import type { Lease } from './lease.ts';
import { ENTRY, keyStarts } from './store-records.ts';

/**
 * Gives back to the disk what was deleted from an index of so many bytes. In pieces where there is much of it, so that
 * other runs get at the index in between.
 */
export async function compact(lease: Lease, bytes: number): Promise<CacheFault | undefined> {
  const borders = bytes <= SMALL_BYTES ? ['', END] : ['', ...keyStarts.map((start) => ENTRY + start), END];
  for (const [index, end] of borders.slice(1).entries()) {
    const done = await lease.use(async (database) => {
      // The database of Node is `ClassicLevel`, whose types `level` does not hand on.
      await (database as unknown as Compactable).compactRange(borders[index] ?? '', end);
    });
    if (isFault(done)) return done;
  }
  return undefined;
}

interface Compactable {
  readonly compactRange: (start: string, end: string) => Promise<void>;
}

const SMALL_BYTES = 16 * 1024 * 1024;
const END = '~';
