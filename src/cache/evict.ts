import type { Digest } from '../base/digest.ts';
import type { Holding } from './store-records.ts';

export interface Eviction {
  /** By how many bytes the store is above its bound. */
  readonly excess: number;
  /** How much more than that goes while at it, so that not every run has something to evict. */
  readonly slack: number;
  /** Entries used since then may belong to a run in progress: they stay. */
  readonly inUseSince: number;
  /** Entries used since then belong to the run that evicts: they go last, and only as far as the bound asks. */
  readonly ownSince: number;
}

/** The entries that go to free what is asked for: those first that were used longest ago. */
export function chooseEvictions(
  holdings: readonly Holding[],
  blobBytes: ReadonlyMap<Digest, number>,
  { excess, slack, inUseSince, ownSince }: Eviction,
): Holding[] {
  const references = new Map<Digest, number>();
  for (const blob of holdings.flatMap(({ blobs }) => blobs)) references.set(blob, (references.get(blob) ?? 0) + 1);
  const candidates = holdings.filter(({ lastUse }) => lastUse < inUseSince).sort((a, b) => a.lastUse - b.lastUse);
  const victims: Holding[] = [];
  let freed = 0;
  for (const holding of candidates) {
    if (freed >= excess + (holding.lastUse < ownSince ? slack : 0)) break;
    victims.push(holding);
    freed += holding.bytes;
    for (const blob of holding.blobs) {
      const left = (references.get(blob) ?? 0) - 1;
      references.set(blob, left);
      if (left === 0) freed += blobBytes.get(blob) ?? 0;
    }
  }
  return victims;
}
