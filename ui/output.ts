import { codeOf } from '../src/base/files.ts';
import { describeSystemError } from '../src/base/source-text.ts';
import type { Sink } from './page.ts';

/**
 * stdout or stderr of the runner. What cannot be written is lost and never ends the run: the tasks go on to their end. A reader that
 * has seen enough (`| head`) is no trouble at all; any other is told by `trouble`.
 */
export class Output implements Sink {
  readonly #stream: NodeJS.WritableStream;
  #trouble: unknown;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
    stream.on('error', (error) => this.#lost(error));
  }

  /** Why something of it was lost: `no space left on device`. */
  get trouble(): string | undefined {
    return this.#trouble === undefined ? undefined : describeSystemError(this.#trouble);
  }

  write(chunk: Uint8Array | string): void {
    try {
      this.#stream.write(chunk);
    } catch (error) {
      // A file is written at once, and its trouble thrown.
      this.#lost(error);
    }
  }

  #lost(error: unknown): void {
    if (codeOf(error) === undefined) throw error;
    if (codeOf(error) !== 'EPIPE') this.#trouble ??= error;
  }
}
