import { readSync, writeSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import type { Connect } from './connect-function.ts';
import { RunnerLost, type LinkOptions, type RunnerLink } from './runner-link.ts';

const NEWLINE = 0x0a;

/** One connection; the hello goes with the first frames. It is closed when this is garbage, or with its thread. */
export class SocketLink implements RunnerLink {
  readonly #descriptor: number;
  #hello: string;

  constructor(connect: Connect, { endpoint, hello, patience }: LinkOptions) {
    this.#hello = hello;
    this.#descriptor = connect(this, Buffer.from(endpoint), patience);
    if (this.#descriptor < 0) throw new RunnerLost(getSystemErrorName(this.#descriptor));
  }

  tell(frames: string): void {
    const bytes = Buffer.from(this.#hello + frames);
    this.#hello = '';
    for (let sent = 0; sent < bytes.length;) sent += attempt(() => writeSync(this.#descriptor, bytes, sent));
  }

  ask(frames: string): string {
    this.tell(frames);
    const parts: Buffer[] = [];
    for (;;) {
      const buffer = Buffer.allocUnsafe(64 * 1024);
      const length = attempt(() => readSync(this.#descriptor, buffer));
      if (length === 0) throw new RunnerLost('it closed the connection');
      const end = buffer.subarray(0, length).indexOf(NEWLINE);
      parts.push(buffer.subarray(0, end < 0 ? length : end));
      if (end >= 0) return Buffer.concat(parts).toString();
    }
  }
}

function attempt(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EINTR') throw lost(code);
    }
  }
}

function lost(code: string | undefined): RunnerLost {
  if (code === 'EPIPE' || code === 'ECONNRESET') return new RunnerLost('it closed the connection');
  return new RunnerLost(code === 'EAGAIN' ? 'it does not answer in time' : `${code}`, { isUnnoticed: true });
}
