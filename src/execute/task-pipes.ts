import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { AbsolutePath } from '../base/path.ts';
import { FifoStock, unlessRefused, type FifoBatch } from './fifo-stock.ts';
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
 * script that says `echo … > /dev/stderr` fails with one. Each is opened at both ends and loses its name before a task
 * sees it.
 */
export class TaskPipes {
  readonly #helper: TraceHelper;
  readonly #stock: FifoStock;

  /** Nothing is made before it is needed. */
  constructor(helper: TraceHelper, temporary?: AbsolutePath) {
    this.#helper = helper;
    this.#stock = new FifoStock((batch) => makeFifos(helper, batch), temporary);
  }

  /** A pair for one task; `undefined` where there can be none. */
  async takePair(): Promise<PipePair | undefined> {
    return this.#helper.kind === 'available' ? await this.#stock.open(2, openPair) : undefined;
  }

  /** Removes what is left of the names. Pairs that were taken stay open. */
  close(): void {
    this.#stock.close();
  }
}

/** Opens both or neither. */
function openPair([stdoutName, stderrName]: readonly AbsolutePath[]): PipePair | undefined {
  const stdout = openPipe(stdoutName);
  if (stdout === undefined) return undefined;
  const stderr = openPipe(stderrName);
  if (stderr !== undefined) return [stdout, stderr];
  stdout.output.destroy();
  closeSync(stdout.input);
  return undefined;
}

/** `undefined` when the system refuses, and then nothing stays open. */
function openPipe(name: AbsolutePath | undefined): TaskPipe | undefined {
  if (name === undefined) return undefined;
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

function makeFifos(helper: TraceHelper, { directory, first, count }: FifoBatch): Promise<boolean> {
  return new Promise((resolve) => {
    if (helper.kind === 'unavailable') return resolve(false);
    const child = unlessRefused(() => spawn(helper.path, ['--make-fifos', directory, String(first), String(count)], { stdio: 'ignore' }));
    if (child === undefined) return resolve(false);
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
