import type { Digest } from '../base/digest.ts';
import { isInside, type WorkspacePath } from '../base/path.ts';
import type { CacheKeyParts } from '../plan/cache-key.ts';
import type { ReadyStep } from '../plan/planned.ts';
import { differences, type Snapshot } from './differences.ts';
import type { Entry } from './entry.ts';
import { isFault } from './fault.ts';
import { keyDifferences } from './key.ts';
import type { MissReason } from './miss-reason.ts';
import type { GitView } from './ports.ts';
import type { Programs } from './programs.ts';
import { planRestore, type RestorePlan } from './restore-plan.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import type { TaskView } from './task-view.ts';

export type Lookup =
  | { readonly kind: 'hit'; readonly entry: Entry; readonly plan: RestorePlan & { kind: 'possible' } }
  /** `reasons`: the differences to the nearest candidate, none left out up to a limit; never empty. */
  | { readonly kind: 'miss'; readonly reasons: readonly MissReason[]; readonly more: number };

export interface LookupWorld {
  readonly store: Store;
  readonly view: TaskView;
  readonly programs: Programs;
  readonly git: GitView;
  /** Of the stored executions, which may be asked at all; every one unless given. */
  readonly isMeant?: (entry: Entry) => boolean;
}

/** Finds a stored execution that a run of the step now would repeat. Changes nothing. */
export async function lookUp(ready: ReadyStep, key: Digest, parts: CacheKeyParts, world: LookupWorld): Promise<Lookup> {
  const candidates = await world.store.candidates(key);
  if (isFault(candidates)) return miss([{ code: 'cache-fault', detail: candidates.detail }]);
  const { isMeant = () => true } = world;
  const [newest, ...older] = candidates.filter(isMeant);
  if (newest === undefined) return miss(await whyNoCandidate(ready, parts, world.store));

  const first = await tryCandidate(ready, newest, await snapshotOf(ready, [newest], world), world);
  if ('plan' in first) return { kind: 'hit', entry: newest, plan: first.plan };
  if (older.length === 0) return miss(first.differences);

  const now = await snapshotOf(ready, older, world);
  let nearest = first.differences;
  for (const candidate of older) {
    const answer = await tryCandidate(ready, candidate, now, world);
    if ('plan' in answer) return { kind: 'hit', entry: candidate, plan: answer.plan };
    if (answer.differences.length < nearest.length) nearest = answer.differences;
  }
  return miss(nearest);
}

/** What a restore would come to; or all that keeps it from being one, at least one difference. */
export type Trial = { readonly plan: RestorePlan & { kind: 'possible' } } | { readonly differences: readonly MissReason[] };

/** `now` must have been taken for the entry, by itself or among others. */
export async function tryCandidate(ready: ReadyStep, entry: Entry, now: Snapshot, world: LookupWorld): Promise<Trial> {
  const found = [...differences(entry.fingerprint, now)];
  if (found.length > 0) return { differences: found };
  const plan = await planRestore(ready.step, entry, world.view, world.git);
  if (plan.kind === 'in-the-way') return { differences: [{ code: 'in-the-way', path: plan.path }] };
  const undone = undoneInputs(entry, plan);
  return undone.length > 0 ? { differences: undone } : { plan };
}

/**
 * What the recorded run found and the hit would take away: it stood there as somebody else's and is the step's own by now,
 * as in a checkout whose ledger was lost in between. A run that starts without it is another one. What the recorded run
 * removed itself goes again.
 */
function undoneInputs({ fingerprint, removals }: Entry, { changes }: RestorePlan & { kind: 'possible' }): MissReason[] {
  const { files, links } = fingerprint;
  const isUndone = ({ path }: { readonly path: WorkspacePath }) =>
    'removed' in (changes.get(path) ?? {}) && !removals.some((removal) => isInside(removal, path));
  return [...files, ...links].filter(isUndone).map(({ path }) => ({ code: 'input-changed', path, change: 'removed' }));
}

export function snapshotOf(ready: ReadyStep, entries: readonly Entry[], { view, programs, store }: LookupWorld): Promise<Snapshot> {
  const fingerprints = entries.map(({ fingerprint }) => fingerprint);
  return takeSnapshot(ready, fingerprints, { view, programs, salt: store.salt });
}

/** Nothing was ever stored under this key: what changed since the step last had another one. */
async function whyNoCandidate(ready: ReadyStep, parts: CacheKeyParts, store: Store): Promise<MissReason[]> {
  const last = await store.lastKeyParts(ready.step);
  if (last === undefined || isFault(last)) return [{ code: 'first-run' }];
  const reasons = keyDifferences(last, parts);
  return reasons.length > 0 ? reasons : [{ code: 'first-run' }];
}

function miss(reasons: readonly MissReason[]): Lookup & { kind: 'miss' } {
  return { kind: 'miss', reasons: reasons.slice(0, MOST_REASONS), more: Math.max(0, reasons.length - MOST_REASONS) };
}

const MOST_REASONS = 50;
