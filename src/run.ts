import { constants } from 'node:os';
import type { CachePlaces } from './cache/cache-places.ts';
import { keepRecord } from './keep-record.ts';
import { placesOf } from './open-cache.ts';
import { openRun } from './open-run.ts';
import { allTasks, isNestedRun, type Plan } from './plan/planned.ts';
import { orderOf } from './plan/task-order.ts';
import { runPlan } from './plan-run.ts';
import { prepare, type PlanRequest, type Prepared } from './prepare.ts';
import { EventLog, type Listener } from './report/event-log.ts';
import type { RunRecord } from './report/run-record.ts';
import type { RunContext } from './run-context.ts';
import type { Cancellation } from './schedule/cancel.ts';
import { packageLabel } from './workspace/package-name.ts';

/** What a run takes from its surroundings. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly listeners: readonly Listener[];
  readonly cancellation: Cancellation;
  /** Whether a task that runs alone may have the terminal. */
  readonly hasTerminal: boolean;
}

/** One invocation, from the workspace on disk to the run record. Throws `CommandError` for what its user has to mend. */
export async function run(request: PlanRequest, host: Host): Promise<RunRecord> {
  const prepared = await prepare(request, host.env, { writes: true });
  return await runPrepared(prepared, placesOf(prepared.plan.root, prepared.configuration, host.env), host);
}

async function runPrepared({ plan, workspace }: Prepared, places: CachePlaces, host: Host): Promise<RunRecord> {
  const events = new EventLog(host.listeners);
  const packageCycles = workspace.cycles.map((cycle) => cycle.map((directory) => packageLabel(workspace, directory)));
  const { root, notes } = plan;
  events.emit({ type: 'run-started', at: Date.now(), root, ...sizeOf(plan), notes, packageCycles, order: orderOf(plan) });
  const { context, close } = await openRun(plan, places, { ...host, events });
  try {
    await runPlan(plan, context);
  } finally {
    await close();
  }
  return await keepRecord(events.close({ at: Date.now(), exitCode: exitCodeOf(context) }), plan.root, context.cache);
}

function sizeOf(plan: Plan): { tasks: number; steps: number } {
  const tasks = [...allTasks(plan)];
  return { tasks: tasks.length, steps: tasks.flatMap(({ steps }) => steps.filter((step) => !isNestedRun(step))).length };
}

/** Of several tasks that failed, the first decides; a signal decides over all. */
function exitCodeOf({ cancellation: { reason }, failures: [first] }: RunContext): number {
  return reason?.kind === 'signal' ? 128 + constants.signals[reason.signal] : (first?.exitCode ?? 0);
}
