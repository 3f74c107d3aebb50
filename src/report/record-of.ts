import type { Exit } from '../execute/execution.ts';
import type { NotStoredReason } from '../cache/not-stored.ts';
import type { TaskId } from '../graph/task.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Decision, RunEvent, Span, StepOutcome, Stored } from './event.ts';
import { runRecordVersion, type RunRecord, type StepRecord, type TaskRecord, type Totals } from './run-record.ts';
import { spanTotalsOf, totalsOf } from './totals.ts';

/** The record of the run that `events` tell; what never hits is known only with the runs before. A step whose end is not among them counts as cancelled. */
export function recordOf(events: readonly RunEvent[]): RunRecord {
  const heard = hear(events);
  const { startedAt, endedAt, exitCode, notes, packageCycles, cacheFaults, spans } = heard;
  const tasks = [...heard.tasks.values()].map((task) => taskRecord(task, heard));
  return {
    version: runRecordVersion,
    startedAt: new Date(startedAt).toISOString(),
    startedAtMs: startedAt,
    endedAt: new Date(endedAt).toISOString(),
    endedAtMs: endedAt,
    exitCode,
    totals: totalsOf(tasks, heard.planned),
    tasks,
    notes,
    packageCycles,
    cacheFaults,
    neverHits: [],
    spans,
    spanTotals: spanTotalsOf(spans),
  };
}

interface Heard {
  startedAt: number;
  endedAt: number;
  exitCode: number;
  planned: Pick<Totals, 'tasks' | 'steps'>;
  notes: readonly string[];
  packageCycles: readonly (readonly string[])[];
  waits: ReadonlyMap<TaskId, readonly TaskId[]>;
  readonly tasks: Map<TaskId, HeardTask>;
  readonly cacheFaults: string[];
  readonly spans: Span[];
}

interface HeardTask {
  readonly id: TaskId;
  readonly label: string;
  readonly steps: HeardStep[];
  blockedBy?: TaskId;
}

interface HeardStep {
  readonly step: PlannedStep;
  readonly decision: Decision;
  readonly startedAt: number;
  end?: { readonly at: number; readonly outcome: StepOutcome };
  notStored?: NotStoredReason;
}

function hear(events: readonly RunEvent[]): Heard {
  const heard: Heard = {
    startedAt: 0,
    endedAt: 0,
    exitCode: 0,
    planned: { tasks: 0, steps: 0 },
    notes: [],
    packageCycles: [],
    waits: new Map(),
    tasks: new Map(),
    cacheFaults: [],
    spans: [],
  };
  for (const event of events) hearEvent(heard, event);
  return heard;
}

function hearEvent(heard: Heard, event: RunEvent): void {
  switch (event.type) {
    case 'run-started':
      heard.startedAt = event.at;
      heard.planned = { tasks: event.tasks, steps: event.steps };
      heard.notes = event.notes;
      heard.packageCycles = event.packageCycles;
      heard.waits = new Map(event.order.map(({ task, waitsFor }) => [task, waitsFor]));
      return;
    case 'step-started':
      taskOf(heard, event.step.task, event.step.label).steps.push({ step: event.step, decision: event.decision, startedAt: event.at });
      return;
    case 'step-ended': {
      const step = lastOf(heard, event.step);
      if (step) step.end = event;
      return;
    }
    case 'step-not-stored': {
      const step = lastOf(heard, event.step);
      if (step) step.notStored = event.reason;
      return;
    }
    case 'task-blocked':
      taskOf(heard, event.task, event.label).blockedBy = event.by;
      return;
    case 'task-not-started':
      taskOf(heard, event.task, event.label);
      return;
    case 'cache-fault':
      heard.cacheFaults.push(event.detail);
      return;
    case 'span':
      heard.spans.push(event.span);
      return;
    case 'run-ended':
      heard.endedAt = event.at;
      heard.exitCode = event.exitCode;
      return;
    case 'step-output':
  }
}

function taskOf(heard: Heard, id: TaskId, label: string): HeardTask {
  const task = heard.tasks.get(id) ?? { id, label, steps: [] };
  heard.tasks.set(id, task);
  return task;
}

/** Identical steps never run at once, so an event about a step is about the one of its owner that started last. */
function lastOf(heard: Heard, { task, owner }: PlannedStep): HeardStep | undefined {
  return heard.tasks.get(task)?.steps.findLast(({ step }) => step.owner === owner);
}

function taskRecord({ id, label, blockedBy, steps }: HeardTask, { tasks, waits, endedAt }: Heard): TaskRecord {
  const records = steps.map((step) => stepRecord(step, endedAt));
  const dependsOn = (waits.get(id) ?? []).filter((other) => tasks.has(other));
  return {
    id,
    label,
    outcome: taskOutcome(records, blockedBy !== undefined),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(blockedBy !== undefined && { blockedBy: tasks.get(blockedBy)?.label ?? blockedBy }),
    steps: records,
  };
}

function taskOutcome(steps: readonly StepRecord[], isBlocked: boolean): TaskRecord['outcome'] {
  const has = (outcome: StepRecord['outcome']) => steps.some((step) => step.outcome === outcome);
  if (isBlocked) return 'blocked';
  if (has('failed')) return 'failed';
  if (has('cancelled')) return 'cancelled';
  if (has('executed')) return 'executed';
  return steps.length > 0 ? 'restored' : 'not-started';
}

function stepRecord({ step, decision, startedAt, end, notStored }: HeardStep, runEndedAt: number): StepRecord {
  const endedAt = end?.at ?? runEndedAt;
  const { label, index, shown: command, cwd } = step;
  const times = { startedAtMs: startedAt, endedAtMs: endedAt, milliseconds: endedAt - startedAt };
  const env = step.caching.kind === 'cached' ? step.caching.env : [];
  const base = { label, index, command, cwd, decision, ...times, ...(env.length > 0 && { env }) };
  const nothing: Stored = { kind: 'nothing' };
  const outcome = end?.outcome ?? { kind: 'cancelled', exit: undefined };
  switch (outcome.kind) {
    case 'restored': {
      const { kind, ...restored } = outcome;
      return { ...base, outcome: kind, stored: nothing, restored };
    }
    case 'executed': {
      const stored: Stored = notStored ? { kind: 'not-stored', reason: notStored } : outcome.stored;
      const ending = exitFields(outcome.exit);
      const { milliseconds, hidden, trace } = outcome;
      const told = { milliseconds, stored, ...(hidden && { hiddenEnv: hidden }), ...(trace && { trace }) };
      return { ...base, ...ending, ...told, outcome: ending.exitCode === 0 ? 'executed' : 'failed' };
    }
    case 'cancelled':
      return { ...base, ...(outcome.exit && exitFields(outcome.exit)), outcome: 'cancelled', stored: nothing };
  }
}

function exitFields(exit: Exit): { exit: Exit; exitCode: number } {
  return { exit, exitCode: exit.kind === 'signalled' ? 128 + exit.number : exit.code };
}
