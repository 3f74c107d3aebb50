import type { Diagnostic } from '../base/diagnostic.ts';
import type { Digest } from '../base/digest.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { Candidate } from '../cache/candidates.ts';
import type { MissReason } from '../cache/miss-reason.ts';
import type { TaskId } from '../graph/task.ts';
import type { UncachedReason } from '../plan/planned.ts';

/** What a run would do, as far as can be told without running anything. */
export interface Forecast {
  readonly root: string;
  readonly tasks: readonly ForecastTask[];
  readonly notes: readonly string[];
}

export interface ForecastTask {
  readonly id: TaskId;
  readonly label: string;
  readonly name: string;
  /** The package's name, or its directory if it has none. */
  readonly packageName: string;
  readonly dependencies: readonly TaskId[];
  readonly steps: readonly (ForecastStep | ForecastRun)[];
}

/** A run inside a task. */
export interface ForecastRun {
  readonly shown: string;
  readonly run: Forecast;
}

export interface ForecastStep {
  /** Among the steps of its task. */
  readonly index: number;
  readonly shown: string;
  readonly cwd: WorkspacePath;
  readonly program: string;
  readonly args: readonly string[];
  readonly answer: ForecastAnswer;
  /** Something that would execute before it may change the answer. */
  readonly provisional: boolean;
  /** What is stored under its key, where that was asked for and the step takes part in caching. */
  readonly stored?: { readonly key: Digest; readonly candidates: readonly Candidate[] };
}

export type ForecastAnswer =
  | { readonly kind: 'hit'; readonly savedMs: number }
  | { readonly kind: 'miss'; readonly reasons: readonly MissReason[]; readonly more: number }
  | { readonly kind: 'uncached'; readonly reason: UncachedReason }
  /** As things stand it could not be started. */
  | { readonly kind: 'not-startable'; readonly problem: Pick<Diagnostic, 'code' | 'message'> };
