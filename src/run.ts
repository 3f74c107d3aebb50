import { constants } from 'node:os';
import { Background } from './background.ts';
import { removeIfPossible, writeAtomically } from './base/files.ts';
import type { AbsolutePath } from './base/path.ts';
import { cachePlaces, recordFile, type CachePlaces } from './cache/cache-places.ts';
import { isFault } from './cache/fault.ts';
import { TaskPipes } from './execute/task-pipes.ts';
import { findTraceHelper } from './execute/trace/tracer.ts';
import { buildTaskGraph } from './graph/task-graph.ts';
import { closeCache, openCache, scratchDirectory } from './open-cache.ts';
import { makePlan } from './plan/plan.ts';
import type { Plan } from './plan/planned.ts';
import { packagesOf, type Selection } from './plan/selection.ts';
import { EventLog, type Listener } from './report/event-log.ts';
import type { RunRecord } from './report/run-record.ts';
import type { RunContext } from './run-context.ts';
import type { Cancellation } from './schedule/cancel.ts';
import { schedule } from './schedule/scheduler.ts';
import { Slots } from './schedule/slots.ts';
import type { TaskOutcome } from './step-run.ts';
import { runTask } from './task-run.ts';
import { loadConfiguration } from './workspace/config.ts';
import { findRepository, GitIgnores } from './workspace/git.ts';
import { loadWorkspace } from './workspace/packages.ts';
import { WorkerPool } from '../workers/pool.ts';

export interface RunRequest {
  readonly cwd: AbsolutePath;
  readonly selection: Selection;
  /** How many commands may run at once. */
  readonly concurrencyLimit: number;
}

/** What a run takes from its surroundings. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly listeners: readonly Listener[];
  readonly cancellation: Cancellation;
}

/** One invocation, from the workspace on disk to the run record. Throws `CommandError` for what its user has to mend. */
export async function run(request: RunRequest, host: Host): Promise<RunRecord> {
  const workspace = await loadWorkspace(request.cwd);
  const configuration = await loadConfiguration(workspace, packagesOf(workspace, request.selection));
  const graph = buildTaskGraph(workspace, configuration);
  const plan = makePlan(graph, request.selection);
  const directory = host.env['REPRISE_CACHE_DIR'] ?? configuration.cacheDirectory;
  return runPlan(plan, cachePlaces(workspace.root, { directory, maxSize: undefined }), request, host);
}

async function runPlan(plan: Plan, places: CachePlaces, request: RunRequest, host: Host): Promise<RunRecord> {
  const events = new EventLog(host.listeners);
  const steps = plan.tasks.flatMap((task) => task.steps);
  events.emit({ type: 'run-started', at: Date.now(), root: plan.root, tasks: plan.tasks.length, steps: steps.length, notes: plan.notes });
  const { context, close } = await openRun(plan, places, request, { ...host, events });
  let exitCode: number;
  try {
    exitCode = await runTasks(plan, context);
  } finally {
    await close();
  }
  return keepRecord(events.close({ at: Date.now(), exitCode }), plan.root);
}

interface OpenRun {
  readonly context: RunContext;
  /** Waits for what goes on in the background; afterwards nothing of the run is open, and no temporary file is left. */
  readonly close: () => Promise<void>;
}

async function openRun(plan: Plan, places: CachePlaces, request: RunRequest, host: Host & { readonly events: EventLog }): Promise<OpenRun> {
  const { events, cancellation, env } = host;
  const repository = findRepository(plan.root);
  const pool = new WorkerPool(({ name, step, thread, startedAt, endedAt }) =>
    events.emit({ type: 'span', span: { name, step, on: `pool ${thread}`, startedAt, endedAt } }),
  );
  const needsCache = plan.tasks.some((task) => task.steps.some(({ caching }) => caching.kind === 'cached'));
  const opened = needsCache ? await openCache(places, pool, new GitIgnores(plan.root, repository, env)) : undefined;
  if (isFault(opened)) events.emit({ type: 'cache-fault', detail: opened.detail });
  const cache = isFault(opened) ? undefined : opened;
  const background = new Background();
  const helper = findTraceHelper();
  const scratch = cache?.scratch ?? scratchDirectory(places);
  const context: RunContext = {
    root: plan.root,
    env,
    events,
    cache,
    helper,
    pipes: new TaskPipes(helper),
    traceRoots: [plan.root, ...(repository?.gitDirectories ?? [])],
    slots: new Slots(request.concurrencyLimit, cancellation.signal),
    cancellation,
    isAlone: plan.tasks.length === 1,
    scratch,
    background: (work) => background.add(work),
  };
  const close = async () => {
    await background.drained();
    const trouble = cache && (await closeCache(cache, places));
    if (trouble) events.emit({ type: 'cache-fault', detail: trouble.detail });
    await pool.close();
    context.pipes.close();
    removeIfPossible(scratch);
  };
  return { context, close };
}

/** Runs every task in order; gives the exit code of the run. */
async function runTasks(plan: Plan, context: RunContext): Promise<number> {
  const { events, cancellation } = context;
  let firstFailure: (TaskOutcome & { kind: 'failed' }) | undefined;
  const ends = await schedule(plan, {
    start: async (task, priority) => {
      const outcome = await runTask(task, priority, context);
      if (outcome.kind === 'failed') {
        firstFailure ??= outcome;
        cancellation.kill({ kind: 'task-failed' });
      }
      return outcome;
    },
    hasFailed: (outcome) => outcome.kind !== 'succeeded',
    onBlocked: ({ id, label }, by) => events.emit({ type: 'task-blocked', task: id, label, by }),
    signal: cancellation.signal,
    keepGoing: false,
  });
  for (const { id, label } of plan.tasks) {
    if (ends.get(id)?.kind === 'not-started') events.emit({ type: 'task-not-started', task: id, label });
  }
  const { reason } = cancellation;
  return reason?.kind === 'signal' ? 128 + constants.signals[reason.signal] : (firstFailure?.exitCode ?? 0);
}

/** The record serves `--last-details` and reports; a run does not fail because it cannot be written. */
function keepRecord(record: RunRecord, root: AbsolutePath): RunRecord {
  try {
    writeAtomically(recordFile(root), `${JSON.stringify(record)}\n`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  return record;
}
