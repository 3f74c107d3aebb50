import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { suggestion } from '../base/nearest.ts';
import type { WorkspacePath } from '../base/path.ts';
import { taskLabel, type Task } from '../graph/task.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { packageNamed, splitTaskName } from '../workspace/package-name.ts';
import type { Package, Workspace } from '../workspace/packages.ts';
import { runsItself } from './self-run.ts';

/** What the user asked for. */
export interface Selection {
  /** `task` or `package#task`. */
  readonly task: string;
  readonly recursive: boolean;
  /** For the selected tasks, not for those that `dependsOn` pulls in. */
  readonly extraArgs: readonly string[];
  /** `config`: as the tasks and the root's config say. */
  readonly cache: 'on' | 'off' | 'config';
}

/** The packages in which the selected task may be; their configs must be read before the graph is built. */
export function packagesOf(workspace: Workspace, selection: Pick<Selection, 'task' | 'recursive'>): WorkspacePath[] {
  return candidates(workspace, selection).map((one) => one.directory);
}

/** The selected tasks, and a note for each one left out. Throws where there is no such task or package. */
export function selectTasks({ workspace, tasks }: TaskGraph, selection: Selection): { tasks: Task[]; notes: string[] } {
  const owners = candidates(workspace, selection);
  const directories = new Set(owners.map((one) => one.directory));
  const { task: name } = splitTaskName(selection.task);
  const within = tasks.filter((task) => directories.has(task.directory));
  const found = within.filter((task) => task.name === name);
  if (found.length === 0) throw new CommandError(unknownTask(name, within, selection.recursive ? undefined : owners[0]));
  if (!selection.recursive) return { tasks: found, notes: [] };

  const leftOut = found.filter(runsItself);
  const notes = leftOut.map((task) => `${taskLabel(task)} is left out: it runs '${name}' in every package itself`);
  const kept = found.filter((task) => !leftOut.includes(task));
  if (kept.length === 0) throw new CommandError({ code: 'nothing-to-run', message: `nothing would run: ${notes.join('; ')}` });
  return { tasks: kept, notes };
}

function candidates({ packages, current }: Workspace, { task, recursive }: Pick<Selection, 'task' | 'recursive'>): readonly Package[] {
  const { packageName } = splitTaskName(task);
  if (packageName !== undefined && recursive) {
    const hint = `'${task}' names one package, --recursive selects all: leave out either`;
    throw new CommandError({ code: 'usage', message: '--recursive does not go with a package name', hint });
  }
  if (recursive) return packages;
  const owner = packageName === undefined ? packages.find((one) => one.directory === current) : packageNamed(packages, packageName);
  if (owner === undefined) {
    const hint = 'Name one (package#task), or select all with --recursive';
    throw new CommandError({ code: 'unknown-package', message: 'This directory is in no package', hint });
  }
  if ('code' in owner) throw new CommandError(owner);
  return [owner];
}

/** The hint names the nearest tasks, else all there are. */
function unknownTask(name: string, tasks: readonly Task[], owner: Package | undefined): Diagnostic {
  const known = [...new Set(tasks.map((task) => task.name))].sort();
  const where = owner === undefined ? 'any package' : (owner.name ?? `'${owner.directory || '.'}'`);
  const all = known.length === 0 ? 'There are no tasks' : `The tasks are ${listed(known)}`;
  const hint = [suggestion(name, known), all].filter((text) => text !== undefined).join(' ');
  return { code: 'unknown-task', message: `Task '${name}' is not in ${where}`, hint };
}

function listed(names: readonly string[]): string {
  const most = 20;
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}
