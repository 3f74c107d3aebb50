import manifest from '../package.json' with { type: 'json' };
import { joinPath, nameOf, parentOf, type AbsolutePath, type WorkspacePath } from './base/path.ts';
import type { TaskId } from './graph/task.ts';
import { nameMatcher } from './plan/env.ts';
import type { ReadyStep, StepOwner } from './plan/planned.ts';

interface ConfigStepPlace {
  readonly root: AbsolutePath;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly loader: AbsolutePath;
}

/**
 * The run of a config as a step that prints the config and leaves nothing. It sees the runner's whole environment: which
 * variables count is told by the loader. No task can have its id.
 */
export function configStep(file: WorkspacePath, { root, env, loader }: ConfigStepPlace): ReadyStep {
  const directory = parentOf(file);
  const task = `${directory}##${nameOf(file)}` as TaskId;
  const childEnv = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const take = nameOf(file).startsWith('vite.config.') ? 'run' : 'all';
  return {
    step: {
      task,
      label: file,
      index: 0,
      owner: `${task} 0 []` as StepOwner,
      command: { kind: 'program', words: [] },
      shown: file,
      cwd: directory,
      envPrefix: [],
      caching: {
        kind: 'cached',
        enabled: true,
        env: [],
        untrackedEnv: [],
        input: { auto: true, include: [], exclude: [] },
        output: { auto: false, include: [], exclude: [] },
        // What the network says may be another thing the next time.
        network: 'forbid',
        trace: 'full',
      },
    },
    program: process.execPath as AbsolutePath,
    programName: 'node',
    argv0: process.execPath,
    // Another version of the loader, or of Node, may make something else of a config.
    args: [loader, nameOf(file), take, manifest.version, process.version],
    cwd: joinPath(root, directory),
    env: childEnv,
    envPrefix: {},
    declaredEnv: Object.fromEntries(Object.entries(childEnv).filter(([name]) => isReadByNode(name))),
    ambientEnv: {},
    servedEnv: {},
  };
}

/** Read by Node and the system themselves (`os.homedir()`, time zones, languages), where the loader does not see it. */
const isReadByNode = nameMatcher(
  'NODE_* !NODE_ENV JITI_* LD_* UV_* ICU_* OPENSSL_* SSL_* TZ LANG LANGUAGE LC_* HOME TMPDIR TMP TEMP'.split(' '),
);
