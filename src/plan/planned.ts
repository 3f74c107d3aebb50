import type { AbsolutePath, WorkspacePath } from '../base/path.ts';
import type { TaskCaching, TaskId } from '../graph/task.ts';

/** Everything that one `reprise run` would run, fully selected and ordered; plain data. */
export interface Plan {
  readonly root: AbsolutePath;
  /** Dependencies come before their dependents. */
  readonly tasks: readonly PlannedTask[];
  /** What was left out of the selection and why, one sentence each. */
  readonly notes: readonly string[];
  /** How many of its commands may run at once; `undefined`: as the run around it, or as many as there are cores. */
  readonly limit: ConcurrencyLimit | undefined;
  /** After a failure, go on with everything that does not depend on it. */
  readonly keepGoing: boolean;
  /** Run even where a stored result matches, and replace it. */
  readonly force: boolean;
}

export type ConcurrencyLimit = { readonly count: number } | { readonly percentOfCores: number } | 'unlimited';

export interface PlannedTask {
  readonly id: TaskId;
  /** As people see it: `package#task`. */
  readonly label: string;
  readonly directory: WorkspacePath;
  /** Only tasks of this plan. */
  readonly dependencies: readonly TaskId[];
  readonly extraArgs: readonly string[];
  /** One piece of `a && b` each; run in order. */
  readonly steps: readonly (PlannedStep | NestedRun)[];
}

/** A step that is the runner itself: what it would run takes its place, in the same run. */
export interface NestedRun {
  readonly index: number;
  readonly shown: string;
  readonly cwd: WorkspacePath;
  /** Assignments before the command: the nested tasks find them in the runner's environment. */
  readonly envPrefix: readonly (readonly [name: string, value: Word])[];
  readonly plan: Plan;
}

export function isNestedRun(step: PlannedStep | NestedRun): step is NestedRun {
  return 'plan' in step;
}

/** The tasks of a plan and of all plans nested in it, in order. */
export function* allTasks(plan: Plan): Generator<PlannedTask> {
  for (const task of plan.tasks) {
    yield task;
    for (const step of task.steps) if (isNestedRun(step)) yield* allTasks(step.plan);
  }
}

export interface PlannedStep {
  readonly task: TaskId;
  readonly label: string;
  readonly index: number;
  /** Whom the ledger names for what this step writes: task, index and extra arguments. */
  readonly owner: StepOwner;
  readonly command: StepCommand;
  /** The command as the header shows it, extra arguments included. */
  readonly shown: string;
  readonly cwd: WorkspacePath;
  /** Assignments before the command: `FOO=1 node x.js`. */
  readonly envPrefix: readonly (readonly [name: string, value: Word])[];
  readonly caching: StepCaching;
}

/** `<task id> <index> <extra args as JSON>`. */
export type StepOwner = string & { readonly __owner: true };

export type StepCaching = ({ readonly kind: 'cached' } & TaskCaching) | { readonly kind: 'uncached'; readonly reason: UncachedReason };

/** Why a step takes no part in caching, by design. */
export type UncachedReason = 'cache-off-for-run' | 'scripts-not-cached' | 'task-configuration' | 'builtin' | 'not-startable';

export type StepCommand =
  /** Run without a shell; globs, `~` and variables are expanded when the step becomes ready. */
  | { readonly kind: 'program'; readonly words: readonly Word[] }
  /** Handed whole to `/bin/sh -c`; `args` are appended quoted, so that they are further words of its last command. */
  | { readonly kind: 'shell'; readonly script: string; readonly args: readonly string[] }
  /** `echo`, done in process. */
  | { readonly kind: 'echo'; readonly words: readonly Word[] };

/** A word of a command: its parts are joined after expansion. */
export type Word = readonly WordPart[];

export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean; readonly fallback?: Word };

/** A step whose program, arguments and environment are settled. */
export interface ReadyStep {
  readonly step: PlannedStep;
  readonly program: AbsolutePath;
  /** As the cache key has it: relative to the workspace where it is inside, else as named. */
  readonly programName: string;
  /** The program as named. */
  readonly argv0: string;
  readonly args: readonly string[];
  readonly cwd: AbsolutePath;
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>;
  /** Assignments before the command, expanded. */
  readonly envPrefix: Readonly<Record<string, string>>;
  /** What `env` of the task matches in the runner's environment, by name; the values that enter the key. */
  readonly declaredEnv: Readonly<Record<string, string>>;
  /** Stable names passed by default that change results (`CI`, `TZ`, …): value now, or `undefined` for unset. */
  readonly ambientEnv: Readonly<Record<string, string | undefined>>;
  /** What tools are told that ask the runner: its own environment, with the step's assignments over it. */
  readonly servedEnv: Readonly<Record<string, string>>;
}
