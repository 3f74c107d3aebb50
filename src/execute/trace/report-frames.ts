import { constants } from 'node:buffer';

/** One message of the trace helper. `native/README.md` has the layout. */
export type Frame =
  | { readonly kind: 'started'; readonly pid: number; readonly untraced?: string }
  /** The main process ended; others of its tree may still run. */
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly number: number }
  | { readonly kind: 'not-started'; readonly errno: number }
  /** Records for `decodeEvents`. */
  | { readonly kind: 'events'; readonly records: Buffer }
  | { readonly kind: 'incomplete'; readonly program: string; readonly why: string }
  | { readonly kind: 'network'; readonly address: string }
  /** Was still running when the helper stopped waiting for it, and is left alone. */
  | { readonly kind: 'survivor'; readonly pid: number; readonly name: string }
  /** Ran without the privileges that it has elsewhere. */
  | { readonly kind: 'unprivileged'; readonly program: string }
  /** The last one. A report without it was cut off. */
  | { readonly kind: 'end'; readonly notifications: number; readonly cpuMs: number };

/** Stands for each part of a report that makes no sense: it is from an older or newer helper, or its bytes are torn. */
export const foreignFrame = {
  kind: 'incomplete',
  program: 'the command',
  why: 'the trace helper speaks another version',
} as const satisfies Frame;

/**
 * Cuts the helper's report into frames, in whatever pieces it arrives. What stays unfinished is never given. A frame
 * that makes no sense is `foreignFrame`; after one of an impossible length nothing more can be told apart, and nothing
 * more is given.
 */
export class ReportFrames {
  #isLost = false;
  #pieces: Buffer[] = [];
  #length = 0;
  #needed = headSize;

  push(chunk: Buffer): Frame[] {
    if (this.#isLost) return [];
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    // Joining only when a frame can be complete keeps a large frame from being copied once per chunk.
    return this.#length < this.#needed ? [] : this.#takeFrames(Buffer.concat(this.#pieces));
  }

  #takeFrames(bytes: Buffer): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    let size = frameSizeAt(bytes, at);
    while (at + size <= bytes.length && size <= mostSize) {
      frames.push(parseFrame(bytes.readUInt32LE(at), bytes.subarray(at + headSize, at + size)));
      at += size;
      size = frameSizeAt(bytes, at);
    }
    if (size > mostSize) return this.#loseTrack(frames);
    const rest = bytes.subarray(at);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
    this.#needed = size;
    return frames;
  }

  #loseTrack(frames: Frame[]): Frame[] {
    this.#isLost = true;
    this.#pieces = [];
    return [...frames, foreignFrame];
  }
}

const headSize = 8;
/** Records are decoded by way of one text, and the helper itself stops at 512 MB of them. */
const mostSize = constants.MAX_STRING_LENGTH;
/** The payload of each type is at least this long. */
const leastPayload: Readonly<Record<number, number>> = { 1: 5, 2: 8, 3: 4, 4: 0, 5: 2, 6: 0, 7: 4, 8: 16, 9: 0 };

/** With the head; where even that is not there yet, the head alone is asked for. */
function frameSizeAt(bytes: Buffer, at: number): number {
  return at + headSize <= bytes.length ? headSize + bytes.readUInt32LE(at + 4) : headSize;
}

function parseFrame(type: number, payload: Buffer): Frame {
  if (payload.length < (leastPayload[type] ?? 0)) return foreignFrame;
  switch (type) {
    case 1:
      return parseStarted(payload);
    case 2:
      return parseEnd(payload.readUInt32LE(0) === 1, payload.readUInt32LE(4));
    case 3:
      return { kind: 'not-started', errno: payload.readUInt32LE(0) };
    case 4:
      return { kind: 'events', records: payload };
    case 5:
      return parseIncomplete(payload);
    case 6:
      return { kind: 'network', address: payload.toString('utf8') };
    case 7:
      return { kind: 'survivor', pid: payload.readUInt32LE(0), name: payload.toString('utf8', 4) };
    case 8:
      return { kind: 'end', notifications: Number(payload.readBigUInt64LE(0)), cpuMs: Number(payload.readBigUInt64LE(8)) / 1e6 };
    case 9:
      return { kind: 'unprivileged', program: payload.toString('utf8') };
    default:
      return foreignFrame;
  }
}

function parseStarted(payload: Buffer): Frame {
  const pid = payload.readInt32LE(0);
  // As targets of a signal, these would be every process there is.
  if (pid <= 1) return foreignFrame;
  return payload[4] === 1 ? { kind: 'started', pid } : { kind: 'started', pid, untraced: payload.toString('utf8', 5) };
}

function parseEnd(wasKilled: boolean, value: number): Frame {
  return wasKilled ? { kind: 'signalled', number: value } : { kind: 'exited', code: value };
}

function parseIncomplete(payload: Buffer): Frame {
  const end = 2 + payload.readUInt16LE(0);
  if (end > payload.length) return foreignFrame;
  return { kind: 'incomplete', program: payload.toString('utf8', 2, end), why: payload.toString('utf8', end) };
}
