import type { WorkspacePath } from './base/path.ts';
import type { Cache } from './cache/cache.ts';
import { takeBefore, type Before } from './cache/examine.ts';
import { guarded, isFault, type CacheFault } from './cache/fault.ts';
import type { Lookup } from './cache/lookup.ts';
import type { Execution as RunningStep } from './cache/overlaps.ts';
import { putBackVanished } from './cache/put-back.ts';
import { hiddenEnv } from './cache/read-env.ts';
import { stepsWithin } from './cache/steps-around.ts';
import type { TaskView } from './cache/task-view.ts';
import { traceLevel, type TraceLevel } from './cache/trace-level.ts';
import { execute } from './execute/execute.ts';
import { exitCodeOf, type Execution } from './execute/execution.ts';
import { passOn } from './execute/ipc/pass-on.ts';
import { openSession } from './execute/ipc/session.ts';
import type { ReadyStep } from './plan/planned.ts';
import type { Decision, StepOutcome } from './report/event.ts';
import { emitSpan, type RunContext, type TaskContext, type TaskOutcome } from './run-context.ts';
import { keepResult, type Keyed } from './step-result.ts';

export interface StepToExecute {
  readonly ready: ReadyStep;
  readonly reasons: Lookup & { kind: 'miss' };
  /** Absent: the step takes no part in caching. */
  readonly keyed: Keyed | undefined;
  readonly view: TaskView | undefined;
  /** What earlier steps of the task removed in this run; this one adds its own. */
  readonly removedInRun: Set<WorkspacePath>;
}

/**
 * Runs the command once a slot is free, and keeps what it came to. A slot is held only while the command runs and what
 * stands before it is taken down; the turn at its cache key until the result is stored, so that an identical step can hit.
 */
export async function executeStep(request: StepToExecute, context: TaskContext): Promise<TaskOutcome> {
  const { keyed } = request;
  if (keyed === undefined) return await executeInTurn(request, context);
  const endTurn = context.turns.begin(keyed.key);
  const storing: Promise<unknown>[] = [];
  const background = (work: Promise<unknown>): void => {
    storing.push(work);
    context.background(work);
  };
  try {
    return await executeInTurn(request, { ...context, background });
  } finally {
    context.executed.add(keyed.key);
    void Promise.allSettled(storing).then(endTurn);
  }
}

async function executeInTurn(request: StepToExecute, context: TaskContext): Promise<TaskOutcome> {
  const { events, slots, cancellation } = context;
  const { step } = request.ready;
  const queuedAt = Date.now();
  const ran = await slots.use(context.priority, () => {
    emitSpan(context, 'queue', step.label, queuedAt);
    return start(request, context);
  });
  if (ran === undefined) return { kind: 'cancelled' };

  const { execution } = ran;
  const exitCode = exitCodeOf(execution.exit);
  const isCutShort = cancellation.reason !== undefined;
  const stored = await keepResult({ ...request, ...ran, succeeded: exitCode === 0 && !isCutShort }, context);
  const hidden = hiddenEnv(execution, request.ready);
  const executed = { exit: execution.exit, milliseconds: execution.endedAt - execution.startedAt, stored };
  const outcome: StepOutcome =
    isCutShort && exitCode !== 0
      ? { kind: 'cancelled', exit: execution.exit }
      : { kind: 'executed', ...executed, ...(hidden.length > 0 && { hidden }), ...traceOf(request, execution) };
  events.emit({ type: 'step-ended', at: Date.now(), step, outcome });
  if (outcome.kind === 'cancelled') return outcome;
  return exitCode === 0 ? { kind: 'succeeded' } : { kind: 'failed', exitCode };
}

function traceOf({ ready: { step } }: StepToExecute, { traced }: Execution): { readonly trace?: TraceLevel } {
  return step.caching.kind === 'cached' ? { trace: traceLevel(step.caching.trace, traced) } : {};
}

/** An execution, and what must be known from before it to judge it. */
interface Ran {
  readonly execution: Execution;
  readonly before: Before | undefined;
  readonly running: RunningStep | undefined;
}

async function start({ ready, reasons, keyed, view, removedInRun }: StepToExecute, context: RunContext): Promise<Ran> {
  const { events, cache, cancellation, helper, pipes, spawner, ipc, isAlone, scratch, traceRoots } = context;
  const { step } = ready;
  const terminal = isAlone && step.caching.kind === 'uncached';
  events.emit({
    type: 'step-started',
    at: Date.now(),
    step,
    decision: decisionOf(ready, reasons),
    ...(terminal && { ownsTerminal: true }),
  });
  if (!terminal) spawner.warmUp();
  if (keyed) ipc.servers.warmUp();
  cache?.states.disk.forget();
  const before = cache && view && keyed && (await prepare(ready, keyed, view, cache, removedInRun));
  if (isFault(before)) events.emit({ type: 'cache-fault', detail: before.detail });
  await Promise.all([cache?.store.release(), cache?.ledger.release()]);

  const running = keyed && cache?.overlaps.begin(step);
  if (keyed) cache?.pool.warmUp();
  cache?.programs.forget();
  const listen = keyed && (() => openSession(ipc, ready.servedEnv));
  const execution = await execute(
    {
      ready: keyed ? withSteps(ready, context) : ready,
      trace: step.caching.kind === 'cached' && keyed && step.caching.trace === 'full' ? { roots: traceRoots } : undefined,
      terminal,
      keepsLog: keyed !== undefined,
      spillDirectory: scratch,
    },
    {
      helper,
      pipes,
      spawner,
      listen,
      cancellation,
      onOutput: (stream, bytes) => events.emit({ type: 'step-output', step, stream, bytes }),
    },
  );
  await passOn(execution.reported, context.env);
  cache?.programs.forget();
  emitSpan(context, 'spawn', step.label, execution.startedAt, execution.spawnedAt);
  emitSpan(context, 'run', step.label, execution.startedAt);
  return { execution, before: isFault(before) ? undefined : before, running };
}

/** Takes down what must be known from before. On a fault the command runs all the same, and nothing is stored. */
function prepare(
  ready: ReadyStep,
  { key }: Keyed,
  view: TaskView,
  cache: Cache,
  removedInRun: ReadonlySet<WorkspacePath>,
): Promise<Before | CacheFault> {
  return guarded('what stands before the command cannot be told', async () => {
    // Others may have been at the task's paths while it waited for its slot.
    await view.refresh();
    await putBackVanished(ready.step, key, view, cache, removedInRun);
    return await takeBefore(ready, view, cache);
  });
}

/** A run inside the command shall know what it is part of. */
function withSteps(ready: ReadyStep, { env, root }: RunContext): ReadyStep {
  return { ...ready, env: { ...ready.env, ...stepsWithin(env, root, ready.step) } };
}

function decisionOf({ step }: ReadyStep, { reasons, more }: Lookup & { kind: 'miss' }): Decision {
  if (step.caching.kind === 'uncached') return { kind: 'uncached', reason: step.caching.reason };
  return { kind: 'miss', reasons, more };
}
