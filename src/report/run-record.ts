import { CommandError } from '../base/diagnostic.ts';
import type { TraceLevel } from '../cache/trace-level.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { HiddenVariable } from '../cache/read-env.ts';
import type { Exit } from '../execute/execution.ts';
import type { TaskId } from '../graph/task.ts';
import type { Decision, Restored, Span, Stored } from './event.ts';
import type { NeverHit } from './cause.ts';

/** Goes up with every change that a reader of an older record could misread. */
export const runRecordVersion = 3;

/** What one run was, as plain JSON. Every view of a past run is a pure function of it. */
export interface RunRecord {
  readonly version: typeof runRecordVersion;
  /** ISO 8601 in UTC; `…Ms` is the same instant in milliseconds since the epoch, as the steps and spans have it. */
  readonly startedAt: string;
  readonly startedAtMs: number;
  readonly endedAt: string;
  readonly endedAtMs: number;
  readonly exitCode: number;
  readonly totals: Totals;
  /** In the order in which they were first heard of. */
  readonly tasks: readonly TaskRecord[];
  /** What was left out of the run and why. */
  readonly notes: readonly string[];
  /** Packages that depend on each other, by name. */
  readonly packageCycles: readonly (readonly string[])[];
  /** Everything that was wrong with the cache, the first one first. */
  readonly cacheFaults: readonly string[];
  /** Steps that miss run after run for one cause, this run included. */
  readonly neverHits: readonly NeverHit[];
  readonly spans: readonly Span[];
  /** How often and how long each thread did what. */
  readonly spanTotals: readonly SpanTotal[];
}

/** `tasks` and `steps` are those of the plan, `blocked` and `notStarted` count tasks, the others steps that were started. */
export interface Totals {
  readonly tasks: number;
  readonly steps: number;
  readonly hits: number;
  readonly misses: number;
  readonly uncached: number;
  /** Restored, or executed with exit code 0. */
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly blocked: number;
  readonly notStarted: number;
  readonly stored: number;
  readonly notStored: number;
  readonly savedMs: number;
}

export interface TaskRecord {
  readonly id: TaskId;
  readonly label: string;
  readonly outcome: 'restored' | 'executed' | 'failed' | 'cancelled' | 'blocked' | 'not-started';
  /** Ids of the tasks of this record that it waited for. */
  readonly dependsOn?: readonly TaskId[];
  /** Label of the task that failed. */
  readonly blockedBy?: string;
  /** Those that were started. */
  readonly steps: readonly StepRecord[];
}

export interface StepRecord {
  readonly label: string;
  readonly index: number;
  /** As its header showed it. */
  readonly command: string;
  readonly cwd: WorkspacePath;
  readonly decision: Decision;
  readonly outcome: 'restored' | 'executed' | 'failed' | 'cancelled';
  /** Absent when nothing was executed, or when a cancelled command never ended. */
  readonly exit?: Exit;
  readonly exitCode?: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** How long the command ran; of a step that was not executed, how long it took. */
  readonly milliseconds: number;
  readonly stored: Stored;
  /** How it was watched; absent when nothing was executed, or nothing of it is cached. */
  readonly trace?: TraceLevel;
  /** The names and patterns of variables that the task declares. */
  readonly env?: readonly string[];
  /** Variables that are set for the runner, and that a program asked for without being given them. */
  readonly hiddenEnv?: readonly HiddenVariable[];
  readonly restored?: Restored;
}

export interface SpanTotal {
  readonly name: Span['name'];
  readonly on: string;
  readonly count: number;
  readonly milliseconds: number;
}

/** Reads a record back. One that this version cannot read is a `no-record` diagnostic, never a half-understood record. */
export function parseRunRecord(json: string): RunRecord {
  const value = parse(json);
  const version = versionOf(value);
  if (version === runRecordVersion) return value as RunRecord;
  throw new CommandError({
    code: 'no-record',
    message:
      typeof version === 'number'
        ? `the last run was recorded in format ${version}, not ${runRecordVersion}`
        : 'the record of the last run is damaged',
    hint: 'run the task again',
  });
}

/** As `parseRunRecord`, for a view that can do without. */
export function readableRecord(json: string): RunRecord | undefined {
  const value = parse(json);
  return versionOf(value) === runRecordVersion ? (value as RunRecord) : undefined;
}

function versionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
