/** What the page of a run shows, made by `summary-data.ts`. Times are milliseconds since the run began. */
export interface PageData {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly exitCode: number;
  readonly figures: readonly Figure[];
  readonly tasks: readonly PageTask[];
  readonly criticalPath: CriticalPath;
  readonly lanes: readonly string[];
  readonly bars: readonly Bar[];
  /** What else is to be said of the run as a whole. */
  readonly remarks: readonly string[];
  /** Lines that steps refer to by number: many steps rest on the same files. */
  readonly lines: readonly string[];
}

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly tone?: 'good' | 'bad';
}

interface CriticalPath {
  /** Numbers of tasks, in order. */
  readonly tasks: readonly number[];
  readonly milliseconds: number;
}

export type Outcome = 'hit' | 'miss' | 'uncached' | 'failed' | 'cancelled' | 'blocked';

export interface PageTask {
  readonly label: string;
  readonly outcome: Outcome;
  /** In a word or two. */
  readonly ending: string;
  /** The time it took, its steps taken together. */
  readonly milliseconds: number;
  readonly isNotStored: boolean;
  /** Numbers of tasks. */
  readonly dependsOn: readonly number[];
  readonly steps: readonly PageStep[];
}

export interface PageStep {
  readonly command: string;
  readonly ending: string;
  readonly outcome: 'restored' | 'executed' | 'failed' | 'cancelled';
  readonly report: readonly string[];
  readonly phases: readonly Phase[];
  /** What it rested on and what it left, as far as that is stored. */
  readonly contents: readonly Contents[];
}

export interface Contents {
  readonly title: string;
  /** Numbers of lines. */
  readonly lines: readonly number[];
  /** How many more there are. */
  readonly more: number;
}

export type PhaseName = 'queue' | 'lookup' | 'hash' | 'prepare' | 'spawn' | 'run' | 'digest' | 'archive' | 'stage' | 'restore' | 'publish';

export type Phase = readonly [name: PhaseName, from: number, to: number];

/** A phase where it was: `task` and `step` are numbers, `step` that within the task. */
export type Bar = readonly [lane: number, task: number, name: PhaseName, from: number, to: number];
