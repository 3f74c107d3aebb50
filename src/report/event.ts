import type { MissReason } from '../cache/miss-reason.ts';
import type { TraceLevel } from '../cache/trace-level.ts';
import type { NotStoredReason } from '../cache/not-stored.ts';
import type { HiddenVariable } from '../cache/read-env.ts';
import type { EntryRef } from '../cache/ownership.ts';
import type { Exit } from '../execute/execution.ts';
import type { TaskId } from '../graph/task.ts';
import type { PlannedStep, UncachedReason } from '../plan/planned.ts';
import type { TaskOrder } from '../plan/task-order.ts';

/** Everything a run tells, as it happens. Reporters, the run record and every view are made from these alone. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly at: number;
      readonly root: string;
      readonly tasks: number;
      readonly steps: number;
      readonly notes: readonly string[];
      /** Packages that depend on each other, by name. */
      readonly packageCycles: readonly (readonly string[])[];
      readonly order: readonly TaskOrder[];
    }
  /** The step is about to execute or to be replayed: the moment of its header. */
  | {
      readonly type: 'step-started';
      readonly at: number;
      readonly step: PlannedStep;
      readonly decision: Decision;
      /** The command has the runner's terminal: it reads its keys, and what it writes is not told. */
      readonly ownsTerminal?: true;
    }
  | { readonly type: 'step-output'; readonly step: PlannedStep; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly type: 'step-ended'; readonly at: number; readonly step: PlannedStep; readonly outcome: StepOutcome }
  /** A result that was stored, or about to be, is not kept after all. */
  | { readonly type: 'step-not-stored'; readonly step: PlannedStep; readonly reason: NotStoredReason }
  | { readonly type: 'task-blocked'; readonly task: TaskId; readonly label: string; readonly by: TaskId }
  /** The run was cut short, or another task failed, before the task's turn. Told when nothing runs any more. */
  | { readonly type: 'task-not-started'; readonly task: TaskId; readonly label: string }
  /** Something is wrong with the cache. The first of a run is worth a warning; nothing fails because of it. */
  | { readonly type: 'cache-fault'; readonly detail: string }
  | { readonly type: 'span'; readonly span: Span }
  | { readonly type: 'run-ended'; readonly at: number; readonly exitCode: number };

/** Where an entry is in the store: it holds the inputs and the outputs. */
export type EntryPlace = Pick<EntryRef, 'key' | 'id'>;

export type Decision =
  | { readonly kind: 'hit'; readonly savedMs: number }
  /** `reasons` holds the smallest difference first; never empty. */
  | { readonly kind: 'miss'; readonly reasons: readonly MissReason[]; readonly more: number }
  | { readonly kind: 'uncached'; readonly reason: UncachedReason };

/** How a step ended. */
export type StepOutcome =
  | ({ readonly kind: 'restored' } & Restored)
  | {
      readonly kind: 'executed';
      readonly exit: Exit;
      readonly milliseconds: number;
      readonly stored: Stored;
      readonly hidden?: readonly HiddenVariable[];
      /** Absent where nothing is cached. */
      readonly trace?: TraceLevel;
    }
  | { readonly kind: 'cancelled'; readonly exit: Exit | undefined };

/** What a hit came to. */
export interface Restored {
  readonly entry: EntryPlace;
  readonly savedMs: number;
  readonly filesWritten: number;
  readonly filesRemoved: number;
}

export type Stored =
  | {
      readonly kind: 'stored';
      readonly entry: EntryPlace;
      readonly inputs: number;
      readonly outputs: number;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'not-stored'; readonly reason: NotStoredReason }
  /** Uncached by design, or failed, or cancelled: nothing to store. */
  | { readonly kind: 'nothing' };

/** A stretch of work, for the profile and the figures of the record. `on`: `main`, or `pool <thread id>`. */
export interface Span {
  readonly name: 'queue' | 'lookup' | 'hash' | 'spawn' | 'run' | 'digest' | 'archive' | 'stage' | 'restore' | 'publish';
  readonly step: string;
  readonly on: string;
  readonly startedAt: number;
  readonly endedAt: number;
}
