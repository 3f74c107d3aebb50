import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { codeOf, randomHex } from './files.ts';

const memoryLimit = 1_000_000;

/**
 * Bytes in order, to be read once they are complete: in memory up to 1 MB, beyond that in a temporary file without a name, which is gone
 * after any end of the process. Where the system refuses the file, they stay in memory.
 */
export class HeldBytes {
  readonly #directory: string;
  #chunks: Uint8Array[] = [];
  #inMemory = 0;
  #descriptor: number | undefined;
  #inFile = 0;
  #maySpill = true;

  constructor(directory = tmpdir()) {
    this.#directory = directory;
  }

  /** Keeps `bytes` itself, not a copy. */
  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#inMemory += bytes.length;
    if (this.#inMemory > memoryLimit && this.#maySpill) this.#spill();
  }

  /** All of it, in pieces. */
  *read(): Generator<Uint8Array> {
    for (let position = 0; position < this.#inFile;) {
      const block = Buffer.alloc(Math.min(memoryLimit, this.#inFile - position));
      const count = this.#descriptor === undefined ? 0 : readSync(this.#descriptor, block, 0, block.length, position);
      if (count === 0) break;
      position += count;
      yield block.subarray(0, count);
    }
    yield* this.#chunks;
  }

  /** Call it when nothing is read any more. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #spill(): void {
    const bytes = Buffer.concat(this.#chunks);
    try {
      this.#descriptor ??= openNameless(this.#directory);
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#inFile + done);
      }
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.#maySpill = false;
      return;
    }
    this.#inFile += bytes.length;
    this.#chunks = [];
    this.#inMemory = 0;
  }
}

function openNameless(directory: string): number {
  const path = `${directory}/reprise-log-${randomHex()}`;
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return descriptor;
}
