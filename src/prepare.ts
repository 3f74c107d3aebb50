import { CommandError } from './base/diagnostic.ts';
import { toWorkspacePath, type AbsolutePath } from './base/path.ts';
import { buildTaskGraph, type TaskGraph } from './graph/task-graph.ts';
import { makePlan } from './plan/plan.ts';
import type { Plan } from './plan/planned.ts';
import type { RunQuery } from './plan/selection.ts';
import type { openConfigs } from './open-configs.ts';
import { changedFilesIn } from './workspace/changed-files.ts';
import type { ConfigExecutor } from './workspace/config-executor.ts';
import { Configs, type Configuration } from './workspace/config.ts';
import { loadWorkspace, type Workspace } from './workspace/packages.ts';

/** What is asked for, and where. */
export interface PlanRequest {
  readonly cwd: AbsolutePath;
  readonly query: RunQuery;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The plan, and what it was made from. */
export interface Prepared {
  readonly workspace: Workspace;
  readonly configuration: Configuration;
  readonly plan: Plan;
}

/**
 * From the workspace on disk to the plan. Only configs that the selection leads to are read: runs inside tasks name packages
 * that are known only once the tasks around them are. Throws `CommandError` for what its user has to mend.
 */
export async function prepare({ cwd, query }: PlanRequest, env: Environment, { writes }: Effects): Promise<Prepared> {
  const workspace = await loadWorkspace(cwd);
  const selection = { ...query, from: toWorkspacePath(workspace.root, cwd) };
  const changedFiles = changedFilesIn(workspace.root, env);
  return await withConfigs(workspace, env, { writes }, async (configs) => {
    let configuration = await configs.read([]);
    for (;;) {
      const graph = buildTaskGraph(workspace, configuration);
      const planned = withNotes(workspace.notes, () => makePlan(graph, selection, changedFiles));
      if ('plan' in planned) return { workspace, configuration, plan: planned.plan };
      configuration = await configs.read(planned.unread);
    }
  });
}

interface Effects {
  /** Whether what configs gave that had to be run may be remembered. */
  readonly writes: boolean;
}

/** What running configs needs is loaded and opened only when one must be run. */
async function withConfigs<Result>(
  workspace: Workspace,
  env: Environment,
  { writes }: Effects,
  work: (configs: Configs) => Promise<Result>,
): Promise<Result> {
  let opening: ReturnType<typeof openConfigs> | undefined;
  const open = async () => await (await import('./open-configs.ts')).openConfigs(workspace.root, env, writes);
  const execute: ConfigExecutor['execute'] = async (file) => await (await (opening ??= open())).execute(file);
  try {
    return await work(new Configs(workspace, { execute }));
  } finally {
    await (await opening)?.close();
  }
}

/** What is left out of the workspace may be why a name is unknown. */
function withNotes<Result>(notes: readonly string[], act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof CommandError) || notes.length === 0) throw error;
    const explained = error.diagnostics.map((one) => {
      const mayExplain = one.code === 'unknown-task' || one.code === 'unknown-package';
      return mayExplain ? { ...one, hint: [one.hint, `Besides, ${notes.join('; ')}`].filter(Boolean).join('. ') } : one;
    });
    throw new CommandError(...explained);
  }
}

/** Every package and every task; reads all configs. Writes nothing. */
export async function readTaskGraph(cwd: AbsolutePath, env: Environment): Promise<TaskGraph> {
  const workspace = await loadWorkspace(cwd);
  const all = workspace.packages.map(({ directory }) => directory);
  return await withConfigs(workspace, env, { writes: false }, async (configs) => buildTaskGraph(workspace, await configs.read(all)));
}

/** The settings of the root's config alone. Writes nothing. */
export async function readSettings(cwd: AbsolutePath, env: Environment): Promise<Pick<Prepared, 'workspace' | 'configuration'>> {
  const workspace = await loadWorkspace(cwd);
  const configuration = await withConfigs(workspace, env, { writes: false }, (configs) => configs.read([]));
  return { workspace, configuration };
}
