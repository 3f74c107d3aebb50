import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { codeOf } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';
import type { ReadyStep } from '../plan/planned.ts';
import type { Exit, Traced } from './execution.ts';
import { notSpawned, type NotStarted } from './exit.ts';

/** A command that was started, with all that it starts in turn. */
export interface ProcessTree {
  /** `null` where the command writes to the terminal itself. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the main process has ended, or could not be started. */
  readonly exited: Promise<Exit>;
  /** Resolves when nothing more can be learnt from the tree. */
  readonly ended: Promise<Traced>;
  /** Sends the signal to the command's process group. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Ends every process of the tree that can be found, now. */
  readonly kill: () => void;
}

export interface TreeRequest {
  readonly ready: ReadyStep;
  /** Directories whose accesses are traced; `undefined`: do not trace. */
  readonly trace: { readonly roots: readonly AbsolutePath[] } | undefined;
  /** The command has the runner's terminal and stays in its process group, so that it may read from it. */
  readonly terminal: boolean;
}

/** stdin, stdout and stderr. */
export function stdioOf({ terminal }: TreeRequest): ('inherit' | 'ignore' | 'pipe')[] {
  return terminal ? ['inherit', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
}

/** Stands for a command that the system refused at once, as it does when the arguments are too long. */
export function unstartedTree({ trace }: TreeRequest, exit: NotStarted | Promise<NotStarted>): ProcessTree {
  const exited = Promise.resolve(exit);
  return {
    stdout: null,
    stderr: null,
    exited,
    ended: exited.then(({ why }) => (trace === undefined ? { kind: 'off' } : { kind: 'unavailable', why })),
    signal() {},
    kill() {},
  };
}

/** For a child without a process id. Its streams are let go; where descriptors ran out, it never had any. */
export function whyNotSpawned(child: ChildProcess, { ready }: TreeRequest): Promise<NotStarted> {
  const streams: ChildProcess['stdio'] | undefined = child.stdio;
  for (const stream of streams ?? []) stream?.destroy();
  return new Promise((resolve) => child.once('error', (error) => resolve(notSpawned(error, ready.cwd))));
}

/** A negative number names a process group. */
export function signalIfAlive(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // EPERM is what macOS says of a group of which only zombies are left.
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error;
  }
}
