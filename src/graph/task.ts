import type { WorkspacePath } from '../base/path.ts';

declare const taskId: unique symbol;

/** `<package directory>#<task name>`; unique where package names are not. */
export type TaskId = string & { readonly [taskId]: true };

export function makeTaskId(directory: WorkspacePath, name: string): TaskId {
  return `${directory}#${name}` as TaskId;
}

/** A named command of a package. */
export interface Task {
  readonly id: TaskId;
  /** The package's directory. */
  readonly directory: WorkspacePath;
  /** `undefined` for a package without a name. */
  readonly packageName: string | undefined;
  readonly name: string;
  readonly origin: 'script' | 'config';
  /** Run in this order, each only if the one before succeeded: `preX`, `X`, `postX`, or the entries of a command array. */
  readonly commands: readonly TaskCommand[];
  /** Relative to the workspace root. */
  readonly cwd: WorkspacePath;
  /** Tasks that must succeed first, from `dependsOn` alone. */
  readonly dependsOn: readonly TaskId[];
  readonly caching: TaskCaching;
}

export interface TaskCommand {
  readonly text: string;
  /** Extra arguments of the command line go to this one. */
  readonly takesExtraArgs: boolean;
}

/** What the user declared. Globs are workspace-relative, as `plan/declared-files.ts` matches them. */
export interface TaskCaching {
  /** `undefined`: as the run decides (scripts: off unless `--cache`; tasks: on). */
  readonly enabled: boolean | undefined;
  readonly env: readonly string[];
  readonly untrackedEnv: readonly string[];
  readonly input: FileSelection;
  readonly output: FileSelection;
  readonly network: 'allow' | 'forbid';
}

/** `auto`: what the trace finds, plus `include`; without it `include` alone. `exclude` wins over both. */
export interface FileSelection {
  readonly auto: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}
