import type { AbsolutePath } from './base/path.ts';
import type { Cache } from './cache/cache.ts';
import type { IpcHost } from './execute/ipc/session.ts';
import type { Spawner } from './execute/spawn/spawner.ts';
import type { TaskPipes } from './execute/task-pipes.ts';
import type { TraceHelper } from './execute/trace/tracer.ts';
import type { NestedRun } from './plan/planned.ts';
import type { EventLog } from './report/event-log.ts';
import type { Span } from './report/event.ts';
import type { Cancellation } from './schedule/cancel.ts';
import type { Slots } from './schedule/slots.ts';
import type { Turns } from './schedule/turns.ts';

/** How a task ended, as far as its dependents and the exit code care. */
export type TaskOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly exitCode: number }
  | { readonly kind: 'cancelled' };

/** What the tasks of one run share. */
export interface RunContext {
  readonly root: AbsolutePath;
  /** The runner's environment, from which those of the steps are made. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly events: EventLog;
  /** `undefined`: out of order for this whole run, and said so; every command runs. */
  readonly cache: Cache | undefined;
  readonly helper: TraceHelper;
  readonly pipes: TaskPipes;
  readonly spawner: Spawner;
  readonly ipc: IpcHost;
  /** What a trace covers: the workspace, and what tells the state of its repository. */
  readonly traceRoots: readonly AbsolutePath[];
  readonly slots: Slots;
  /** By task, and by cache key: what must not go on twice at once. */
  readonly turns: Turns;
  /** The cache keys under which something was executed in this run. */
  readonly executed: Set<string>;
  /** In the order in which they came. */
  readonly failures: (TaskOutcome & { kind: 'failed' })[];
  readonly cancellation: Cancellation;
  /** Never two commands at once, so an uncached step may have the terminal. */
  readonly isAlone: boolean;
  readonly scratch: AbsolutePath;
  /** Work that nothing waits for until the end of the run. What it rejects with is a bug and ends the run. */
  readonly background: (work: Promise<unknown>) => void;
}

/** What the steps of one task get. */
export interface TaskContext extends RunContext {
  /** The lower, the longer the chain of tasks that waits. */
  readonly priority: number;
  /** Run even where a stored result matches, and replace it. */
  readonly force: boolean;
  /** Runs what a run inside the task would run. */
  readonly runNested: (run: NestedRun, context: TaskContext) => Promise<TaskOutcome>;
}

/** Tells of a stretch of work on the main thread, by default one that has just ended. */
export function emitSpan({ events }: RunContext, name: Span['name'], step: string, startedAt: number, endedAt = Date.now()): void {
  events.emit({ type: 'span', span: { name, step, on: 'main', startedAt, endedAt } });
}
