import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { onTestFinished } from 'vitest';
import { joinPath } from '../../src/base/path.ts';
import { findTraceHelper } from '../../src/execute/trace/tracer.ts';
import type { LoneRun } from './lone-runner-main.ts';
import type { Rig } from './rig.ts';
import { readyStep, type StepOptions } from './steps.ts';

export interface LoneRunner {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** `execute` in a process of its own, for tests of what happens when the runner itself ends. */
export async function startLoneRunner(
  rig: Rig,
  { terminal = false, ...step }: StepOptions & { readonly terminal?: boolean },
): Promise<LoneRunner> {
  const main = joinPath(rig.temp, 'lone-runner.mjs');
  await writeFile(main, await bundled());
  const run: LoneRun = {
    request: { ready: readyStep({ cwd: rig.root, ...step }), trace: undefined, terminal, keepsLog: true, spillDirectory: rig.temp },
    helper: findTraceHelper(),
  };
  const child = spawn(process.execPath, [main, JSON.stringify(run)], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    kill: (signal) => child.kill(signal),
    ended: once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals),
  };
}

let code: Promise<string> | undefined;

function bundled(): Promise<string> {
  code ??= bundle();
  return code;
}

async function bundle(): Promise<string> {
  const build = await rolldown({ input: fileURLToPath(new URL('lone-runner-main.ts', import.meta.url)), platform: 'node' });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return output[0].code;
}
