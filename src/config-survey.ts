import type { Diagnostic } from './base/diagnostic.ts';
import type { WorkspacePath } from './base/path.ts';
import type { openConfigs } from './open-configs.ts';
import type { ConfigExecutor } from './workspace/config-executor.ts';
import { configHomes } from './workspace/config-homes.ts';
import { readConfig } from './workspace/config-reader.ts';
import type { Workspace } from './workspace/packages.ts';

/** The config of one package, and how it is read. */
export interface SurveyedConfig {
  readonly files: readonly WorkspacePath[];
  readonly how: 'read without running it' | 'run' | 'has no config in it';
  readonly mistakes: readonly Diagnostic[];
}

/** All configs of a workspace, those with mistakes too. Nothing that they give is remembered. */
export async function surveyConfigs(workspace: Workspace, env: Readonly<Record<string, string | undefined>>): Promise<SurveyedConfig[]> {
  let opening: ReturnType<typeof openConfigs> | undefined;
  const open = async () => await (await import('./open-configs.ts')).openConfigs(workspace.root, env, false);
  const surveyed: SurveyedConfig[] = [];
  try {
    for (const { directory } of workspace.packages) {
      const { own, vite } = configHomes(workspace.root, directory);
      const files = vite === undefined ? own : [...own, vite];
      if (files.length === 0) continue;
      let isRun = false;
      const execute: ConfigExecutor['execute'] = async (file) => {
        isRun = true;
        return await (await (opening ??= open())).execute(file);
      };
      const config = await readConfig({ root: workspace.root, directory }, { execute });
      const how = isRun ? 'run' : config === undefined ? 'has no config in it' : 'read without running it';
      surveyed.push({ files, how, mistakes: Array.isArray(config) ? config : [] });
    }
  } finally {
    await (await opening)?.close();
  }
  return surveyed;
}
