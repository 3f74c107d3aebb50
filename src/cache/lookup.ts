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
  if (first.kind === 'hit' || older.length === 0) return first;

  const now = await snapshotOf(ready, older, world);
  let nearest = first;
  for (const candidate of older) {
    const answer = await tryCandidate(ready, candidate, now, world);
    if (answer.kind === 'hit') return answer;
    if (countOf(answer) < countOf(nearest)) nearest = answer;
  }
  return nearest;
}

async function tryCandidate(ready: ReadyStep, entry: Entry, now: Snapshot, world: LookupWorld): Promise<Lookup> {
  const reasons = [...differences(entry.fingerprint, now)];
  if (reasons.length > 0) return miss(reasons);
  const plan = await planRestore(ready.step, entry, world.view, world.git);
  if (plan.kind === 'in-the-way') return miss([{ code: 'in-the-way', path: plan.path }]);
  const undone = undoneInputs(entry, plan);
  return undone.length > 0 ? miss(undone) : { kind: 'hit', entry, plan };
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

function snapshotOf(ready: ReadyStep, entries: readonly Entry[], { view, programs, store }: LookupWorld): Promise<Snapshot> {
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

function countOf(answer: Lookup & { kind: 'miss' }): number {
  return answer.reasons.length + answer.more;
}

const MOST_REASONS = 50;
