import type { WorkspacePath } from '../base/path.ts';
import type { Candidate } from '../cache/candidates.ts';
import type { TaskId } from '../graph/task.ts';
import type { Forecast, ForecastAnswer, ForecastRun, ForecastStep, ForecastTask } from './forecast.ts';
import { stepIn, type MissHistory, type StepHistory } from './miss-history.ts';
import type { RunRecord, StepRecord, TaskRecord } from './run-record.ts';

/** Why each step of a task would hit now or not, what is stored for it, and what its last run came to. */
export interface Explanation {
  readonly root: string;
  readonly tasks: readonly ExplainedTask[];
  readonly notes: readonly string[];
}

export interface ExplainedTask {
  readonly id: TaskId;
  readonly label: string;
  /** Tasks before it in which something would execute: they may change the answers. By label. */
  readonly executedBefore: readonly string[];
  readonly steps: readonly (ExplainedStep | ExplainedRun)[];
}

/** A run inside a task. */
export interface ExplainedRun {
  readonly shown: string;
  readonly tasks: readonly ExplainedTask[];
}

export interface ExplainedStep {
  readonly shown: string;
  readonly cwd: WorkspacePath;
  readonly answer: ForecastAnswer;
  /** Something that would execute before it may change the answer. */
  readonly provisional: boolean;
  /** Stored under its key, the nearest first. */
  readonly candidates: readonly Candidate[];
  readonly lastRun: LastRun;
  /** Of a step that missed when it last ran: what kept it from hitting, and in how many runs. */
  readonly history: StepHistory | undefined;
}

export type LastRun =
  /** No run is recorded, or none that can be read. */
  | { readonly kind: 'none' }
  | { readonly kind: 'without-it'; readonly endedAtMs: number }
  /** The task was part of the run, and this step was not started. */
  | { readonly kind: 'not-reached'; readonly endedAtMs: number; readonly outcome: TaskRecord['outcome']; readonly blockedBy?: string }
  /** `isGone`: what it stored or restored is not in the store any more. */
  | { readonly kind: 'ran'; readonly endedAtMs: number; readonly step: StepRecord; readonly isGone: boolean };

/** What is known of earlier runs. */
export interface Past {
  readonly record: RunRecord | undefined;
  readonly history: MissHistory;
}

/** Explains the tasks of a forecast that `isAsked` picks, and all that run inside them. */
export function explain(forecast: Forecast, past: Past, isAsked: (task: ForecastTask) => boolean): Explanation {
  const { root, tasks, notes } = forecast;
  return { root, tasks: explainTasks(tasks, past, isAsked), notes };
}

function explainTasks(tasks: readonly ForecastTask[], past: Past, isAsked: (task: ForecastTask) => boolean): ExplainedTask[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return tasks.filter(isAsked).map((task) => {
    const { id, label, steps } = task;
    const executedBefore = [...before(task, byId)].filter(executesSomething).map((one) => one.label);
    return {
      id,
      label,
      executedBefore,
      steps: steps.map((step) => ('run' in step ? explainRun(step, past) : explainStep(step, id, past))),
    };
  });
}

function explainRun({ shown, run }: ForecastRun, past: Past): ExplainedRun {
  return { shown, tasks: explainTasks(run.tasks, past, () => true) };
}

function explainStep(step: ForecastStep, task: TaskId, past: Past): ExplainedStep {
  const { shown, cwd, answer, provisional, stored } = step;
  const lastRun = lastRunOf(step, task, past.record);
  const history = past.history.steps[stepIn(task, { index: step.index, command: shown })];
  return { shown, cwd, answer, provisional, candidates: stored?.candidates ?? [], lastRun, history };
}

function lastRunOf(step: ForecastStep, task: TaskId, record: RunRecord | undefined): LastRun {
  if (record === undefined) return { kind: 'none' };
  const { endedAtMs } = record;
  const recorded = record.tasks.find(({ id }) => id === task);
  // The same task may be in several plans of a run: what it executed is what counts.
  const same = recorded?.steps.filter(({ index, command }) => index === step.index && command === step.shown) ?? [];
  const ran = same.find(({ outcome }) => outcome !== 'restored') ?? same.at(-1);
  if (ran !== undefined) return { kind: 'ran', endedAtMs, step: ran, isGone: isGone(ran, step) };
  if (recorded === undefined || recorded.steps.some(({ index }) => index === step.index)) return { kind: 'without-it', endedAtMs };
  const { outcome, blockedBy } = recorded;
  return { kind: 'not-reached', endedAtMs, outcome, ...(blockedBy !== undefined && { blockedBy }) };
}

/** Under another key it may be stored all the same: then the key is what differs. */
function isGone({ restored, stored }: StepRecord, step: ForecastStep): boolean {
  const place = restored?.entry ?? (stored.kind === 'stored' ? stored.entry : undefined);
  return place !== undefined && step.stored?.key === place.key && !step.stored.candidates.some(({ id }) => id === place.id);
}

function before(task: ForecastTask, byId: ReadonlyMap<TaskId, ForecastTask>): Set<ForecastTask> {
  const found = new Set<ForecastTask>();
  const add = (of: ForecastTask): void => {
    for (const id of of.dependencies) {
      const next = byId.get(id);
      if (next !== undefined) found.add(next);
    }
  };
  add(task);
  for (const one of found) add(one);
  return found;
}

function executesSomething({ steps }: ForecastTask): boolean {
  return steps.some((step) => {
    if ('run' in step) return step.run.tasks.some(executesSomething);
    const { answer } = step;
    return answer.kind !== 'hit' && !(answer.kind === 'uncached' && answer.reason === 'builtin');
  });
}
