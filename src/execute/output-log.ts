import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { codeOf, removeIfPossible } from '../base/files.ts';
import { fsPath, joinPath, type AbsolutePath } from '../base/path.ts';
import type { CapturedLog, LogSegment } from './execution.ts';

const memoryLimit = 1_000_000;

/**
 * Keeps stdout and stderr in the order in which they arrive, byte for byte: in memory up to 1 MB, beyond that in a
 * temporary file. Where the file cannot be written everything stays in memory. Where what was written cannot be read
 * again either, the log is lost, and its file is not there. Trouble of the system is never thrown: a log must not end
 * its task.
 */
export class OutputLog {
  readonly #segments: LogSegment[] = [];
  readonly #spillDirectory: AbsolutePath;
  #bytes: Bytes = { kind: 'memory', chunks: [], length: 0, maySpill: true };

  constructor(spillDirectory: AbsolutePath) {
    this.#spillDirectory = spillDirectory;
  }

  /** Keeps `bytes` itself, not a copy. */
  append(stream: LogSegment['stream'], bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#extendSegments(stream, bytes.length);
    if (this.#bytes.kind === 'file') this.#bytes = written(this.#bytes, bytes);
    else if (this.#bytes.kind === 'memory') this.#bytes = this.#held(this.#bytes, bytes);
  }

  /** Ends the log. A log that was spilled is the caller's to remove with `disposeLog`. */
  capture(): CapturedLog {
    const segments = this.#segments;
    if (this.#bytes.kind === 'memory') return { segments, bytes: { kind: 'memory', buffer: Buffer.concat(this.#bytes.chunks) } };
    if (this.#bytes.kind === 'file') this.#bytes = closed(this.#bytes);
    return { segments, bytes: { kind: 'file', path: this.#bytes.path } };
  }

  #extendSegments(stream: LogSegment['stream'], length: number): void {
    const last = this.#segments.at(-1);
    if (last?.stream === stream) this.#segments[this.#segments.length - 1] = { stream, length: last.length + length };
    else this.#segments.push({ stream, length });
  }

  #held(memory: InMemory, bytes: Uint8Array): Bytes {
    memory.chunks.push(bytes);
    const held = { ...memory, length: memory.length + bytes.length };
    if (!held.maySpill || held.length <= memoryLimit) return held;
    const file = createSpill(this.#spillDirectory);
    return file === undefined ? { ...held, maySpill: false } : written(file, Buffer.concat(held.chunks));
  }
}

/** Of a command that wrote nothing, or to nobody who reads it later. */
export const emptyLog: CapturedLog = { segments: [], bytes: { kind: 'memory', buffer: Buffer.alloc(0) } };

/** Removes the temporary file of a log, if it has one and the system lets it go. */
export function disposeLog({ bytes }: CapturedLog): void {
  if (bytes.kind === 'file') removeIfPossible(bytes.path as AbsolutePath);
}

/** memory → file → memory again, or lost. */
type Bytes = InMemory | InFile | Lost;

interface InMemory {
  readonly kind: 'memory';
  readonly chunks: Uint8Array[];
  readonly length: number;
  readonly maySpill: boolean;
}

interface InFile {
  readonly kind: 'file';
  readonly path: AbsolutePath;
  readonly descriptor: number;
  readonly length: number;
}

interface Lost {
  readonly kind: 'lost';
  readonly path: AbsolutePath;
}

function createSpill(directory: AbsolutePath): InFile | undefined {
  const path = joinPath(directory, `log-${randomUUID()}`);
  const descriptor = unlessRefused(() => {
    mkdirSync(fsPath(directory), { recursive: true });
    return openSync(fsPath(path), 'wx+', 0o600);
  });
  return descriptor === undefined ? undefined : { kind: 'file', path, descriptor, length: 0 };
}

function written(file: InFile, bytes: Uint8Array): Bytes {
  let done = 0;
  while (done < bytes.length) {
    const count = unlessRefused(() => writeSync(file.descriptor, bytes, done, bytes.length - done, file.length + done));
    if (count === undefined) return backInMemory({ ...file, length: file.length + done }, bytes.subarray(done));
    done += count;
  }
  return { ...file, length: file.length + bytes.length };
}

/** The disk is full: what is in the file comes back if it can, and the file goes. */
function backInMemory(file: InFile, rest: Uint8Array): InMemory | Lost {
  const before = unlessRefused(() => readAll(file));
  const lost = abandoned(file);
  if (before === undefined) return lost;
  return { kind: 'memory', chunks: [before, rest], length: file.length + rest.length, maySpill: false };
}

/** From the start, wherever the descriptor stands. */
function readAll({ descriptor, length }: InFile): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, done);
    if (count === 0) throw Object.assign(new Error('the spilled log was cut'), { code: 'EIO' });
    done += count;
  }
  return bytes;
}

/** Some file systems tell only now that bytes did not arrive. */
function closed(file: InFile): InFile | Lost {
  const isWhole = unlessRefused(() => {
    closeSync(file.descriptor);
    return true;
  });
  if (isWhole) return file;
  removeIfPossible(file.path);
  return { kind: 'lost', path: file.path };
}

function abandoned({ descriptor, path }: InFile): Lost {
  unlessRefused(() => closeSync(descriptor));
  removeIfPossible(path);
  return { kind: 'lost', path };
}

/** `undefined` when the system refuses: no space, no permission, no directory. */
function unlessRefused<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
