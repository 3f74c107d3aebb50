import { displayPath, type WorkspacePath } from '../base/path.ts';
import type { TaskCaching } from '../workspace/resolved-config.ts';

export type { FileSelection, TaskCaching } from '../workspace/resolved-config.ts';

declare const taskId: unique symbol;

/** `<package directory>#<task name>`; unique where package names are not. */
export type TaskId = string & { readonly [taskId]: true };

/** The task as people name it: by its package, else by its directory; on one line. */
export function taskLabel({ packageName, directory, name }: Pick<Task, 'packageName' | 'directory' | 'name'>): string {
  const owner = packageName ?? directory;
  return displayPath(owner === '' ? name : `${owner}#${name}`);
}

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
