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
  /** The last one. A report without it was cut off. */
  | { readonly kind: 'end'; readonly notifications: number; readonly cpuMs: number };

/** Cuts the helper's report into frames, in whatever pieces it arrives. What stays unfinished is never given. */
export class ReportFrames {
  #pieces: Buffer[] = [];
  #length = 0;
  #needed = headSize;

  push(chunk: Buffer): Frame[] {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    // Joining only when a frame can be complete keeps a large frame from being copied once per chunk.
    return this.#length < this.#needed ? [] : this.#takeFrames(Buffer.concat(this.#pieces));
  }

  #takeFrames(bytes: Buffer): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    let size = frameSizeAt(bytes, at);
    while (at + size <= bytes.length) {
      frames.push(parseFrame(bytes.readUInt32LE(at), bytes.subarray(at + headSize, at + size)));
      at += size;
      size = frameSizeAt(bytes, at);
    }
    const rest = bytes.subarray(at);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
    this.#needed = size;
    return frames;
  }
}

const headSize = 8;

/** With the head; where even that is not there yet, the head alone is asked for. */
function frameSizeAt(bytes: Buffer, at: number): number {
  return at + headSize <= bytes.length ? headSize + bytes.readUInt32LE(at + 4) : headSize;
}

function parseFrame(type: number, payload: Buffer): Frame {
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
    default:
      throw new Error(`The trace helper sent a frame of unknown type ${type}`);
  }
}

function parseStarted(payload: Buffer): Frame {
  const pid = payload.readUInt32LE(0);
  return payload[4] === 1 ? { kind: 'started', pid } : { kind: 'started', pid, untraced: payload.toString('utf8', 5) };
}

function parseEnd(wasKilled: boolean, value: number): Frame {
  return wasKilled ? { kind: 'signalled', number: value } : { kind: 'exited', code: value };
}

function parseIncomplete(payload: Buffer): Frame {
  const end = 2 + payload.readUInt16LE(0);
  return { kind: 'incomplete', program: payload.toString('utf8', 2, end), why: payload.toString('utf8', end) };
}
