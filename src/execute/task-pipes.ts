import { spawn } from 'node:child_process';
import { constants, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { codeOf } from '../base/files.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';
import type { TraceHelper } from './trace/tracer.ts';

/** One direction of a task's output. */
export interface TaskPipe {
  readonly output: Readable;
  /** For the child; ours is closed once it has been started. */
  readonly input: number;
}

/**
 * Real pipes for what tasks write. The pipes of `child_process` are sockets, and a socket cannot be opened anew: a
 * script that says `echo … > /dev/stderr` fails with one. Node cannot make a pipe, so the helper makes FIFOs, many at
 * once; each is opened at both ends and loses its name before a task sees it.
 */
export class TaskPipes {
  readonly #helper: TraceHelper;
  readonly #directory: AbsolutePath;
  #batches = 0;
  #names: AbsolutePath[] = [];
  #making: Promise<boolean> | undefined;

  /** `directory` is made when it is first needed. */
  constructor(helper: TraceHelper, directory: AbsolutePath) {
    this.#helper = helper;
    this.#directory = directory;
  }

  /** stdout and stderr for one task; `undefined` where there can be none. */
  async takePair(): Promise<readonly [TaskPipe, TaskPipe] | undefined> {
    while (this.#names.length < 2) {
      this.#making ??= this.#makeBatch();
      if (!(await this.#making)) return undefined;
      this.#making = undefined;
    }
    const [stdout, stderr] = this.#names.splice(0, 2);
    return stdout && stderr && [openPipe(stdout), openPipe(stderr)];
  }

  async #makeBatch(): Promise<boolean> {
    if (this.#helper.kind === 'unavailable') return false;
    const directory = joinPath(this.#directory, `pipes-${this.#batches++}`);
    try {
      mkdirSync(directory, { recursive: true });
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return false;
    }
    if (!(await succeeds(this.#helper.path, ['--make-fifos', directory, String(BATCH)]))) return false;
    for (let index = 0; index < BATCH; index++) this.#names.push(joinPath(directory, String(index)));
    return true;
  }
}

const BATCH = 64;

function openPipe(name: AbsolutePath): TaskPipe {
  const output = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  const input = openSync(name, constants.O_WRONLY);
  unlinkSync(name);
  return { output: new Socket({ fd: output, readable: true, writable: false }), input };
}

function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
