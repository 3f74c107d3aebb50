import { closeSync, fstatSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { codeOf, orAbsent } from '../base/files.ts';
import { describeSystemError } from '../base/source-text.ts';
import type { RunEvent } from './event.ts';
import { eventJson, eventsHeader, type Wording } from './event-json.ts';

/** Where `--events` writes, one JSON object a line, each in the file when the event has been told. */
export class EventTarget {
  readonly #descriptor: number;
  readonly #isOurs: boolean;
  readonly #wording: Wording;
  readonly #onLost: (why: string) => void;
  #isLost = false;

  private constructor(opened: { readonly descriptor: number; readonly isOurs: boolean }, options: EventTargetOptions) {
    this.#descriptor = opened.descriptor;
    this.#isOurs = opened.isOurs;
    this.#wording = options.wording;
    this.#onLost = options.onLost;
  }

  /** `target`: a path, or the number of a descriptor that whoever started us has opened for writing. */
  static open(target: string, options: EventTargetOptions): EventTarget | Diagnostic {
    try {
      const isOurs = !/^\d+$/.test(target);
      const descriptor = isOurs ? openSync(target, 'w') : inherited(Number(target));
      if (descriptor === undefined) return notOpen(target);
      writeLine(descriptor, eventsHeader);
      return new EventTarget({ descriptor, isOurs }, options);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return codeOf(error) === 'EBADF' ? notOpen(target) : unwritable(target, describeSystemError(error));
    }
  }

  /** What cannot be written is lost, with all that follows; that is told once and harms nothing. */
  write(event: RunEvent): void {
    if (this.#isLost) return;
    try {
      writeLine(this.#descriptor, eventJson(event, Date.now(), this.#wording));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.#isLost = true;
      this.#onLost(describeSystemError(error));
    }
  }

  close(): void {
    if (this.#isOurs) closeSync(this.#descriptor);
  }
}

export interface EventTargetOptions {
  readonly wording: Wording;
  readonly onLost: (why: string) => void;
}

function notOpen(target: string): Diagnostic {
  return unwritable(target, 'it is not open for writing', `${target}> events.jsonl opens it in a shell`);
}

function unwritable(target: string, why: string, hint?: string): Diagnostic {
  return { code: 'usage', message: `--events ${target} cannot be written: ${why}`, ...(hint !== undefined && { hint }) };
}

/**
 * `undefined` where nobody opened it for us. A runtime has descriptors of its own, among them pipes that nobody must write to:
 * both ends of those are in this process.
 */
function inherited(descriptor: number): number | undefined {
  const file = statOf(descriptor);
  if (file === undefined || !(file.isFile() || file.isFIFO() || file.isSocket() || file.isCharacterDevice())) return undefined;
  if (!file.isFIFO()) return descriptor;
  const all = (orAbsent(() => readdirSync('/proc/self/fd')) ?? []).map(Number);
  return all.some((other) => other !== descriptor && statOf(other)?.ino === file.ino && isForReading(other)) ? undefined : descriptor;
}

function isForReading(descriptor: number): boolean {
  const flags = /^flags:\s*[0-7]*([0-7])$/m.exec(orAbsent(() => readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')) ?? '')?.[1];
  return flags !== undefined && (Number(flags) & 3) === 0;
}

function statOf(descriptor: number): ReturnType<typeof fstatSync> | undefined {
  try {
    return fstatSync(descriptor);
  } catch (error) {
    if (codeOf(error) === 'EBADF' || codeOf(error) === 'ERR_OUT_OF_RANGE') return undefined;
    throw error;
  }
}

function writeLine(descriptor: number, value: object): void {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let start = 0; start < bytes.length;) start += writeSome(descriptor, bytes.subarray(start));
}

/** A full pipe is waited for, as a blocking one would make us; whoever made it may have made it not to. */
function writeSome(descriptor: number, bytes: Buffer): number {
  for (let triesLeft = MOST_TRIES; ; triesLeft--) {
    try {
      return writeSync(descriptor, bytes);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || triesLeft === 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MILLISECONDS_BETWEEN);
    }
  }
}

/** 10 s. */
const MOST_TRIES = 2000;
const MILLISECONDS_BETWEEN = 5;
