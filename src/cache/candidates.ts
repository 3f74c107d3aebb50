import type { Digest } from '../base/digest.ts';
import type { ReadyStep } from '../plan/planned.ts';
import { isFault, type CacheFault } from './fault.ts';
import { snapshotOf, tryCandidate, type LookupWorld } from './lookup.ts';
import type { MissReason } from './miss-reason.ts';

/** A stored execution that a lookup would compare with now. */
export interface Candidate {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  readonly milliseconds: number;
  /** All that differs; empty where it would hit. */
  readonly differences: readonly MissReason[];
}

/** Every stored execution under a key, the nearest first and of equally near ones the newest. Changes nothing. */
export async function compareCandidates(ready: ReadyStep, key: Digest, world: LookupWorld): Promise<readonly Candidate[] | CacheFault> {
  const entries = await world.store.candidates(key);
  if (isFault(entries)) return entries;
  const now = await snapshotOf(ready, entries, world);
  const candidates: Candidate[] = [];
  for (const entry of entries) {
    const trial = await tryCandidate(ready, entry, now, world);
    const { id, storedAt, milliseconds } = entry;
    candidates.push({ id, storedAt, milliseconds, differences: 'plan' in trial ? [] : trial.differences });
  }
  return candidates.sort((a, b) => a.differences.length - b.differences.length || b.storedAt - a.storedAt);
}
