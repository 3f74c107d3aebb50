import { CommandError } from './base/diagnostic.ts';
import { toWorkspacePath, type AbsolutePath } from './base/path.ts';
import type { ConfigExecution } from './config-execution.ts';
import type { Interruptions } from './config-process.ts';
import { buildTaskGraph, type TaskGraph } from './graph/task-graph.ts';
import { makePlan } from './plan/plan.ts';
import type { Plan } from './plan/planned.ts';
import type { RunQuery } from './plan/selection.ts';
import { changedFilesIn } from './workspace/changed-files.ts';
import type { ConfigExecutor } from './workspace/config-executor.ts';
import { Configs, type Configuration } from './workspace/config.ts';
import { loadWorkspace, type Workspace } from './workspace/packages.ts';

/** What is asked for, and where. */
export interface PlanRequest {
  readonly cwd: AbsolutePath;
  readonly query: RunQuery;
}

/** How configs are executed where nothing else can read them. */
export interface ConfigAccess {
  /** What they give is recalled, and nothing is written to remember it. */
  readonly isReadOnly?: boolean;
  /** What they print; unless given, nobody sees it. */
  readonly onConfigOutput?: (bytes: Uint8Array) => void;
  /** From then on they are ended. */
  readonly cancellation?: Interruptions;
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
export async function prepare({ cwd, query }: PlanRequest, env: Environment, access: ConfigAccess = {}): Promise<Prepared> {
  const workspace = await loadWorkspace(cwd);
  const selection = { ...query, from: toWorkspacePath(workspace.root, cwd) };
  const changedFiles = changedFilesIn(workspace.root, env);
  return await withConfigs(workspace, { env, ...access }, async (configs) => {
    let configuration = await configs.read([]);
    for (;;) {
      const graph = buildTaskGraph(workspace, configuration);
      const planned = withNotes(workspace.notes, () => makePlan(graph, selection, changedFiles));
      if ('plan' in planned) return { workspace, configuration, plan: planned.plan };
      configuration = await configs.read(planned.unread);
    }
  });
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

/** Every package and every task; reads all configs. */
export async function readTaskGraph(cwd: AbsolutePath, env: Environment, access: ConfigAccess = {}): Promise<TaskGraph> {
  const workspace = await loadWorkspace(cwd);
  const all = workspace.packages.map(({ directory }) => directory);
  return buildTaskGraph(workspace, await withConfigs(workspace, { env, ...access }, (configs) => configs.read(all)));
}

/** The settings of the root's config alone. */
export async function readSettings(
  cwd: AbsolutePath,
  env: Environment,
  access: ConfigAccess = {},
): Promise<Pick<Prepared, 'workspace' | 'configuration'>> {
  const workspace = await loadWorkspace(cwd);
  return { workspace, configuration: await withConfigs(workspace, { env, ...access }, (configs) => configs.read([])) };
}

/**
 * Lends the configs of a workspace out for `work`. What executes those that cannot be read otherwise is loaded with the
 * first of them, and afterwards nothing of it is open.
 */
async function withConfigs<Result>(
  workspace: Workspace,
  { env, isReadOnly = false, onConfigOutput = () => {}, cancellation }: ConfigAccess & { readonly env: Environment },
  work: (configs: Configs) => Promise<Result>,
): Promise<Result> {
  let opened: Promise<ConfigExecution> | undefined;
  const open = async (): Promise<ConfigExecution> => {
    const { ConfigExecution } = await import('./config-execution.ts');
    return new ConfigExecution({ root: workspace.root, env, isReadOnly, onOutput: onConfigOutput, ...(cancellation && { cancellation }) });
  };
  const execute: ConfigExecutor['execute'] = async (file) => await (await (opened ??= open())).execute(file);
  try {
    return await work(new Configs(workspace, { execute }));
  } finally {
    await (await opened)?.close();
  }
}
