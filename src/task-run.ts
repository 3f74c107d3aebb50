import type { Diagnostic } from './base/diagnostic.ts';
import { keyedDigest } from './base/digest.ts';
import type { AbsolutePath, WorkspacePath } from './base/path.ts';
import type { Entry } from './cache/entry.ts';
import { guarded, isFault } from './cache/fault.ts';
import { HeldHits } from './cache/held-hits.ts';
import { cacheKey } from './cache/key.ts';
import { lookUp, type Lookup, type LookupWorld } from './cache/lookup.ts';
import type { MissReason } from './cache/miss-reason.ts';
import { TaskView } from './cache/task-view.ts';
import { passOnAsked } from './execute/ipc/pass-on.ts';
import type { Reports } from './execute/ipc/reports.ts';
import { cacheKeyParts } from './plan/cache-key.ts';
import { isProgram, makeReady } from './plan/ready.ts';
import { isNestedRun, type PlannedStep, type PlannedTask, type ReadyStep } from './plan/planned.ts';
import { announceEcho, announceHit, announceNotStarted } from './announce.ts';
import { emitSpan, type TaskContext, type TaskOutcome } from './run-context.ts';
import type { Keyed } from './step-result.ts';
import { executeStep } from './step-run.ts';

/**
 * The life of one task: step by step look up, then restore or execute, then record. Hits in a row are held and put in
 * place together. The cache may only save work: whenever it is in doubt, the command runs.
 */
export async function runTask(task: PlannedTask, context: TaskContext): Promise<TaskOutcome> {
  const life = await TaskLife.begin(task, context);
  let index = 0;
  for (;;) {
    const step = task.steps[index];
    if (step === undefined || isNestedRun(step) || mustSeeDisk(step) || life.replaces(step.cwd)) {
      const unusable = await life.settle();
      if (unusable !== undefined) index = unusable;
      if (unusable !== undefined) continue;
    }
    if (step === undefined) return { kind: 'succeeded' };
    if (context.cancellation.signal.aborted) return { kind: 'cancelled' };
    if (isNestedRun(step)) {
      const outcome = await context.runNested(step, context);
      if (outcome.kind !== 'succeeded') return outcome;
      life.view?.outdate();
      index++;
      continue;
    }

    const ready = makeReady(step, { root: context.root, directory: task.directory, env: context.env, isThere: life.isProgram });
    const decision: StepDecision = 'code' in ready ? { kind: 'impossible', diagnostic: ready } : await life.decide(ready);
    if (decision.kind === 'held') {
      index++;
      continue;
    }
    if (life.isHolding) {
      // What was held changes the disk, and with it perhaps what this step is and finds.
      index = (await life.settle()) ?? index;
      continue;
    }
    if (decision.kind === 'impossible') return announceNotStarted(step, decision.diagnostic, context);
    const identical = decision.keyed && context.turns.other(decision.keyed.key);
    if (identical) {
      // It may hit what that one stores, and it holds no slot meanwhile.
      await identical;
      continue;
    }
    const outcome = await executeStep({ ...decision, view: life.view, removedInRun: life.removedInRun }, context);
    if (outcome.kind !== 'succeeded') return outcome;
    index++;
  }
}

type StepDecision =
  /** A hit, or a builtin: done once what is held is put in place. */
  | { readonly kind: 'held' }
  | { readonly kind: 'execute'; readonly ready: ReadyStep; readonly keyed: Keyed | undefined; readonly reasons: Lookup & { kind: 'miss' } }
  | { readonly kind: 'impossible'; readonly diagnostic: Diagnostic };

/** What is decided for a task so far. */
class TaskLife {
  readonly view: TaskView | undefined;
  /** What steps of this task removed in this run: gone on purpose. */
  readonly removedInRun = new Set<WorkspacePath>();
  readonly #context: TaskContext;
  readonly #held: HeldHits | undefined;
  #echoes: ReadyStep[] = [];
  /** Steps whose stored result proved unusable: they execute. */
  readonly #barred = new Map<number, MissReason>();

  private constructor(context: TaskContext, view: TaskView | undefined) {
    this.#context = context;
    this.view = view;
    this.#held = context.cache && view && new HeldHits(view, context.cache);
  }

  static async begin(task: PlannedTask, context: TaskContext): Promise<TaskLife> {
    const { cache } = context;
    const view =
      cache && (await guarded('the cache cannot tell what the task owns', () => TaskView.open(task.id, cache.states, cache.ledger)));
    if (isFault(view)) context.events.emit({ type: 'cache-fault', detail: view.detail });
    return new TaskLife(context, isFault(view) ? undefined : view);
  }

  get isHolding(): boolean {
    return this.#echoes.length > 0 || this.#held?.isEmpty === false;
  }

  /** Whether a program stands at a path, hits taken as applied. */
  readonly isProgram = (path: AbsolutePath): boolean =>
    this.view?.plannedProgram(path) ?? this.#context.cache?.states.disk.isProgram(path) ?? isProgram(path);

  /** Whether what is held makes or removes the path. */
  replaces(path: WorkspacePath): boolean {
    return this.view?.pending.has(path) === true;
  }

  async decide(ready: ReadyStep): Promise<StepDecision> {
    const { step } = ready;
    if (step.command.kind === 'echo') {
      this.#echoes.push(ready);
      return { kind: 'held' };
    }
    if (step.caching.kind === 'uncached') return { kind: 'execute', ready, keyed: undefined, reasons: noReasons };
    const { cache } = this.#context;
    if (cache === undefined || this.view === undefined)
      return { kind: 'execute', ready, keyed: undefined, reasons: faulty('the cache is out of order') };

    const parts = cacheKeyParts(ready, (value) => keyedDigest(cache.store.salt, value));
    const key = cacheKey(parts, cache.hasher);
    const answer = await this.#lookUp(ready, { key, parts }, { ...cache, view: this.view });
    if (answer.kind === 'miss') return { kind: 'execute', ready, keyed: { key, parts }, reasons: answer };
    this.#held?.hold(step, key, answer);
    return { kind: 'held' };
  }

  async #lookUp(ready: ReadyStep, { key, parts }: Keyed, world: LookupWorld): Promise<Lookup> {
    const { step } = ready;
    const barred = this.#barred.get(step.index);
    if (barred) return { kind: 'miss', reasons: [barred], more: 0 };
    // What this run has executed itself is as good as executed again.
    if (this.#context.force && !this.#context.executed.has(key)) return { kind: 'miss', reasons: [{ code: 'forced' }], more: 0 };
    const startedAt = Date.now();
    const answer = await guarded('the lookup broke off', async () => {
      await world.view.upToDate();
      return await lookUp(ready, key, parts, world);
    });
    emitSpan(this.#context, 'lookup', step.label, startedAt);
    if (!isFault(answer)) return answer;
    this.#context.events.emit({ type: 'cache-fault', detail: answer.detail });
    return faulty(answer.detail);
  }

  /** Puts what is held in place and tells of it; gives the index to go on from when a stored result proved unusable. */
  async settle(): Promise<number | undefined> {
    const startedAt = Date.now();
    const settled = (await this.#held?.settle()) ?? [];
    const echoes = this.#echoes;
    this.#echoes = [];
    if (isFault(settled)) {
      this.#context.events.emit({ type: 'cache-fault', detail: settled.detail });
      this.#barred.set(settled.step, { code: 'cache-fault', detail: settled.detail });
      return Math.min(settled.first, ...echoes.map(({ step }) => step.index));
    }
    const [first] = settled;
    if (first) emitSpan(this.#context, 'restore', first.step.label, startedAt);
    const told = [
      ...settled.map((hit) => ({ index: hit.step.index, tell: () => announceHit(hit, this.#context) })),
      ...echoes.map((ready) => ({ index: ready.step.index, tell: () => announceEcho(ready, this.#context) })),
    ];
    for (const { tell } of told.sort((a, b) => a.index - b.index)) tell();
    await Promise.all(settled.map(({ entry }) => passOnAsked(questionsOf(entry), this.#context.env)));
    return undefined;
  }
}

/** What a program asked for by name, it does not ask for again when its result is restored. */
function questionsOf({ fingerprint: { asked, read } }: Entry): Pick<Reports, 'trackedNames' | 'trackedPatterns'> {
  return { trackedNames: [...asked.names, ...read].map(({ name }) => name), trackedPatterns: asked.sets.map(({ pattern }) => pattern) };
}

const noReasons: Lookup & { kind: 'miss' } = { kind: 'miss', reasons: [], more: 0 };

function faulty(detail: string): Lookup & { kind: 'miss' } {
  return { kind: 'miss', reasons: [{ code: 'cache-fault', detail }], more: 0 };
}

/** Globs and unquoted variables can mean other words once what is held is in place. */
function mustSeeDisk({ command }: PlannedStep): boolean {
  if (command.kind === 'shell') return false;
  return command.words.some((word) => word.some((part) => !part.quoted && (part.kind === 'variable' || /[*?[]/.test(part.text))));
}
