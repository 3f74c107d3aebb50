import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { codeOf, removeIfPossible } from '../base/files.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from '../base/private-directory.ts';
import type { TraceHelper } from './trace/tracer.ts';

/** One direction of a task's output. */
export interface TaskPipe {
  readonly output: Readable;
  /** For the child; ours is closed once it has been started. */
  readonly input: number;
}

/** stdout and stderr. */
export type PipePair = readonly [TaskPipe, TaskPipe];

/**
 * Real pipes for what tasks write. The pipes of `child_process` are sockets, and a socket cannot be opened anew: a
 * script that says `echo … > /dev/stderr` fails with one. Node cannot make a pipe, so the helper makes FIFOs, many at
 * once; each is opened at both ends and loses its name before a task sees it. The names are in a private directory away
 * from the workspace, and may vanish at any time all the same.
 */
export class TaskPipes {
  readonly #helper: TraceHelper;
  readonly #temporary: AbsolutePath;
  /** Of the last batch. */
  #directory: AbsolutePath | undefined;
  #names: AbsolutePath[] = [];
  #making: Promise<boolean> | undefined;

  /** Nothing is made before it is needed. */
  constructor(helper: TraceHelper, temporary = temporaryDirectory()) {
    this.#helper = helper;
    this.#temporary = temporary;
  }

  /** A pair for one task; `undefined` where there can be none. */
  async takePair(): Promise<PipePair | undefined> {
    // If somebody cleaned up the temporary files, that has taken every name of a batch: only a new one may help.
    for (let triesLeft = 2; triesLeft > 0; triesLeft--) {
      while (this.#names.length < 2) if (!(await this.#addBatch())) return undefined;
      const [stdout, stderr] = this.#names.splice(0, 2);
      const pair = stdout && stderr && openPair(stdout, stderr);
      if (pair) return pair;
      this.#names = [];
    }
    return undefined;
  }

  /** Removes what is left of the names. Pairs that were taken stay open. */
  close(): void {
    this.#names = [];
    if (this.#directory !== undefined) removeIfPossible(this.#directory);
    this.#directory = undefined;
  }

  /** One batch at a time, however many wait for it. */
  #addBatch(): Promise<boolean> {
    this.#making ??= this.#makeBatch().finally(() => (this.#making = undefined));
    return this.#making;
  }

  async #makeBatch(): Promise<boolean> {
    if (this.#helper.kind === 'unavailable') return false;
    this.close();
    const directory = unlessRefused(() => makePrivateDirectory(this.#temporary));
    if (directory === undefined) return false;
    this.#directory = directory;
    if (!(await succeeds(this.#helper.path, ['--make-fifos', directory, String(BATCH)]))) return false;
    for (let index = 0; index < BATCH; index++) this.#names.push(joinPath(directory, String(index)));
    return true;
  }
}

/** Even, so that a batch is used up when the next is made. */
const BATCH = 64;

/** Opens both or neither. */
function openPair(stdoutName: AbsolutePath, stderrName: AbsolutePath): PipePair | undefined {
  const stdout = openPipe(stdoutName);
  if (stdout === undefined) return undefined;
  const stderr = openPipe(stderrName);
  if (stderr !== undefined) return [stdout, stderr];
  stdout.output.destroy();
  closeSync(stdout.input);
  return undefined;
}

/** `undefined` when the system refuses, and then nothing stays open. */
function openPipe(name: AbsolutePath): TaskPipe | undefined {
  const opened: number[] = [];
  const pipe = unlessRefused(() => {
    const output = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    opened.push(output);
    const input = openSync(name, constants.O_WRONLY);
    opened.push(input);
    unlinkSync(name);
    return { output: new Socket({ fd: output, readable: true, writable: false }), input };
  });
  if (pipe === undefined) for (const descriptor of opened) closeSync(descriptor);
  return pipe;
}

function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = unlessRefused(() => spawn(program, args, { stdio: 'ignore' }));
    if (child === undefined) return resolve(false);
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

function unlessRefused<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
