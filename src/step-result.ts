import { randomBytes } from 'node:crypto';
import type { Digest } from './base/digest.ts';
import type { WorkspacePath } from './base/path.ts';
import type { Cache } from './cache/cache.ts';
import { isLedger } from './cache/cache-places.ts';
import type { Before } from './cache/examine.ts';
import { guarded, isFault } from './cache/fault.ts';
import { judge, type Judgement, type Result } from './cache/judge.ts';
import type { NotStoredReason } from './cache/not-stored.ts';
import type { Execution as RunningStep } from './cache/overlaps.ts';
import { leftState, stillStands, type EntryRef, type LeftState } from './cache/ownership.ts';
import { record } from './cache/record.ts';
import type { TaskView } from './cache/task-view.ts';
import type { Execution, Traced } from './execute/execution.ts';
import { foldTrace } from './execute/trace/fold.ts';
import type { Trace } from './execute/trace/trace.ts';
import type { CacheKeyParts } from './plan/cache-key.ts';
import type { PlannedStep, ReadyStep } from './plan/planned.ts';
import type { Stored } from './report/event.ts';
import { emitSpan, type RunContext } from './run-context.ts';

/** The key under which the result of a step is stored. */
export interface Keyed {
  readonly key: Digest;
  readonly parts: CacheKeyParts;
}

export interface ResultToKeep {
  readonly ready: ReadyStep;
  readonly keyed: Keyed | undefined;
  readonly view: TaskView | undefined;
  readonly removedInRun: Set<WorkspacePath>;
  readonly execution: Execution;
  readonly before: Before | undefined;
  readonly running: RunningStep | undefined;
  /** Only then is anything stored. What the step left is its own in any case. */
  readonly succeeded: boolean;
}

/**
 * Judges what a command did, notes in the ledger what it left, and sends its result on the way into the store. When
 * this returns, inputs are fingerprinted and outputs digested and read, so whatever follows may start and even change
 * them; compressing and storing go on in the background.
 */
export async function keepResult(request: ResultToKeep, context: RunContext): Promise<Stored> {
  const { ready, keyed, view, before, running, execution, succeeded } = request;
  const { cache } = context;
  const { step } = ready;
  if (step.caching.kind === 'uncached') return { kind: 'nothing' };
  if (!cache || !view || !before || !keyed || !running) {
    return succeeded ? notStored({ code: 'cache-fault', detail: 'the cache is out of order' }) : { kind: 'nothing' };
  }

  const startedAt = Date.now();
  const evidenced = { ready, caching: step.caching, before, traced: fold(execution.traced, cache), reported: execution.reported };
  const judged = await guarded('what the command did cannot be examined', () => judge(evidenced, { ...cache, salt: cache.store.salt }));
  emitSpan(context, 'digest', step.label, startedAt);
  if (isFault(judged)) return succeeded ? notStored({ code: 'cache-fault', detail: judged.detail }) : { kind: 'nothing' };
  const { left, ignored, verdict } = judged;

  const clash = cache.overlaps.end(running, filesIn(left), ignored);
  const ref: EntryRef = { key: keyed.key, id: randomBytes(8).toString('hex'), usedAt: execution.endedAt };
  const isKept = succeeded && verdict.kind === 'keep' && clash === undefined;
  if (ranInside(evidenced.traced)) await cache.ledger.load();
  await claim(request, judged, isKept ? ref : outdated(cache.ledger.lastEntry(step.owner)), view, context);
  if (!succeeded) return { kind: 'nothing' };
  if (verdict.kind === 'refuse') return notStored(nameCulprit(verdict.reason, step, cache));
  for (const path of verdict.result.removals) request.removedInRun.add(path);
  if (clash) return notStored({ code: 'also-written', path: clash.path, by: clash.by.label });
  await startRecording({ ...request, ref, parts: keyed.parts, result: verdict.result, running, cache }, context);
  const { fingerprint, outputs, notes } = verdict.result;
  const inputs = fingerprint.files.length + fingerprint.absences.length + fingerprint.links.length + fingerprint.listings.length;
  const entry = { key: ref.key, id: ref.id };
  return { kind: 'stored', entry, inputs: inputs + (fingerprint.declared?.length ?? 0), outputs: outputs.size, notes };
}

function outdated(ref: EntryRef | undefined): EntryRef | undefined {
  return ref && { ...ref, isOld: true };
}

function fold(traced: Traced, { root }: Cache): { kind: 'trace'; trace: Trace } | Exclude<Traced, { kind: 'traced' }> {
  return traced.kind === 'traced' ? { kind: 'trace', trace: foldTrace(traced.raw, root) } : traced;
}

/** Whether a run inside the command claimed what it left. */
function ranInside(traced: ReturnType<typeof fold>): boolean {
  return traced.kind === 'trace' && [...traced.trace.paths].some(([path, { changed }]) => changed && isLedger(path));
}

/** The step owns what it wrote now, and keeps what it owned before and left standing; also what a tool's own cache hides the loss of. */
async function claim(
  { ready: { step }, before }: ResultToKeep,
  { left, verdict }: Judgement,
  lastEntry: EntryRef | undefined,
  view: TaskView,
  { cache, background }: RunContext,
): Promise<void> {
  if (cache === undefined || before === undefined) return;
  const paths = new Map<WorkspacePath, { left: LeftState; made: boolean }>();
  const earlier = [...before.own].filter(([path, own]) => own.owner === step.owner && !left.has(path));
  const now = await cache.states.read(earlier.map(([path]) => path));
  for (const [path, own] of earlier) if (stillStands(own.left, now.get(path))) paths.set(path, own);
  for (const [path, { state, made }] of left) {
    const stands = leftState(state);
    if (stands) paths.set(path, { left: stands, made });
  }
  const hidden = verdict.kind === 'refuse' && verdict.reason.code === 'outputs-gone' ? before.vanished : [];
  for (const path of hidden) {
    const ownership = cache.ledger.ownerOf(path);
    if (ownership?.owner === step.owner && !paths.has(path)) paths.set(path, ownership);
  }
  cache.ledger.claim(step, paths, lastEntry);
  background(cache.ledger.save());
  view.outdate();
}

interface ResultToRecord extends ResultToKeep {
  readonly ref: EntryRef;
  readonly parts: CacheKeyParts;
  readonly result: Result;
  readonly running: RunningStep;
  readonly cache: Cache;
}

async function startRecording(
  { ready, ref, parts, result, execution, running, cache }: ResultToRecord,
  context: RunContext,
): Promise<void> {
  const { step } = ready;
  let retracted: NotStoredReason | undefined;
  let isPublished = false;
  const tell = (reason: NotStoredReason) => context.events.emit({ type: 'step-not-stored', step, reason });
  const takeBack = async (reason: NotStoredReason) => {
    tell(reason);
    await cache.store.remove(ref.key, ref.id);
  };
  running.retract = (path, by) => {
    if (retracted) return;
    retracted = { code: 'also-written', path, by: by.label };
    if (isPublished) context.background(takeBack(retracted));
  };

  const recording = record({ step, root: cache.root, ref, parts, result, execution, objection: () => retracted }, cache.store, cache.pool);
  const settle = async () => {
    const published = await recording.done;
    if ('code' in published) tell(published);
    if ('code' in published && published.code === 'cache-fault') context.events.emit({ type: 'cache-fault', detail: published.detail });
    isPublished = !('code' in published);
    // It came while the entry was being written.
    if (isPublished && retracted) await takeBack(retracted);
  };
  context.background(settle());
  await recording.taken;
}

/** Files and links: many steps may make one directory. */
function filesIn(left: Judgement['left']): ReadonlySet<WorkspacePath> {
  return new Set([...left].filter(([, { state }]) => state.kind !== 'directory').map(([path]) => path));
}

/** If a step of this run wrote what changed meanwhile, an order between the two would mend it. */
function nameCulprit(reason: NotStoredReason, step: PlannedStep, { overlaps }: Cache): NotStoredReason {
  if (reason.code !== 'changed-during-run') return reason;
  const writer = overlaps.writerOf(reason.path);
  return writer && writer.task !== step.task ? { ...reason, by: { label: writer.label, dependsOn: writer.label } } : reason;
}

function notStored(reason: NotStoredReason): Stored {
  return { kind: 'not-stored', reason };
}
