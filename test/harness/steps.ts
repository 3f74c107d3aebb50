import type { AbsolutePath, WorkspacePath } from '../../src/base/path.ts';
import { makeTaskId } from '../../src/graph/task.ts';
import type { ReadyStep, StepOwner } from '../../src/plan/planned.ts';

export interface StepOptions {
  /** `node` unless given. */
  readonly program?: string;
  readonly argv0?: string;
  readonly args?: readonly string[];
  readonly cwd?: AbsolutePath;
  /** Besides PATH. */
  readonly env?: Readonly<Record<string, string>>;
}

/** An uncached step of the root package that is ready to execute. */
export function readyStep(options: StepOptions & { readonly cwd: AbsolutePath }): ReadyStep {
  const { program = process.execPath, argv0 = program, args = [], cwd, env = {} } = options;
  const task = makeTaskId('' as WorkspacePath, 'task');
  return {
    step: {
      task,
      label: task,
      index: 0,
      owner: `${task} 0 []` as StepOwner,
      command: { kind: 'program', words: [] },
      shown: argv0,
      cwd: '' as WorkspacePath,
      envPrefix: [],
      caching: { kind: 'uncached', reason: 'cache-off-for-run' },
    },
    program: program as AbsolutePath,
    programName: argv0,
    argv0,
    args,
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    envPrefix: {},
    declaredEnv: {},
    ambientEnv: {},
    servedEnv: {},
  };
}
