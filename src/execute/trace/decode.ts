import type { Stamp } from '../../base/files.ts';
import { decodePath, type AbsolutePath } from '../../base/path.ts';
import type { EntryKind, Incomplete, ListedName, RawEvent, RawTrace } from './raw-trace.ts';
import type { Frame } from './report-frames.ts';

/** The trace that a whole report tells of. A report that was cut off gives a trace that says that it is incomplete. */
export function decodeTrace(frames: readonly Frame[]): RawTrace {
  const end = frames.find((frame) => frame.kind === 'end');
  const incomplete = end === undefined ? cutOff : incompleteOf(frames);
  return {
    events: frames.flatMap((frame) => (frame.kind === 'events' ? decodeEvents(frame.records) : [])),
    ...(incomplete && { incomplete }),
    network: frames.flatMap((frame) => (frame.kind === 'network' ? [frame.address] : [])),
    notifications: end?.notifications ?? 0,
    supervisorMs: end?.cpuMs ?? 0,
  };
}

const cutOff: Incomplete = { program: 'the command', why: 'the trace helper ended early' };

function incompleteOf(frames: readonly Frame[]): Incomplete | undefined {
  const frame = frames.find((frame) => frame.kind === 'incomplete');
  return frame && { program: frame.program, why: frame.why };
}

/** The records of one frame, in order. `native/README.md` has their layout. */
export function decodeEvents(records: Buffer): RawEvent[] {
  const events: RawEvent[] = [];
  for (let at = 0; at < records.length; at += records.readUInt32LE(at)) {
    const event = decodeEvent(records, at);
    if (event !== undefined) events.push(event);
  }
  return events;
}

const nofollowFlag = 1;
const keepsFlag = 2;
const exchangeFlag = 4;
const beforeFlag = 8;
const toBeforeFlag = 16;
const headSize = 16;
const stampSize = 56;

/** `undefined` for a record that the helper took back. */
function decodeEvent(records: Buffer, start: number): RawEvent | undefined {
  const kind = records[start + 4];
  const flags = records[start + 5] ?? 0;
  let at = start + headSize;
  const before = flags & beforeFlag ? { before: decodeStamp(records, at) } : undefined;
  if (before) at += stampSize;
  const beforeTo = flags & toBeforeFlag ? { beforeTo: decodeStamp(records, at) } : undefined;
  if (beforeTo) at += stampSize;
  const pathEnd = at + records.readUInt16LE(start + 6);
  const path = decodePath(records.subarray(at, pathEnd)) as AbsolutePath;
  const toEnd = pathEnd + records.readUInt16LE(start + 8);
  const to = () => decodePath(records.subarray(pathEnd, toEnd)) as AbsolutePath;
  const nofollow = (flags & nofollowFlag) !== 0;
  switch (kind) {
    case 0:
      return undefined;
    case 1:
      return { kind: 'read', path, nofollow, ...before };
    case 2:
      return { kind: 'stat', path, nofollow, ...before };
    case 3:
      return { kind: 'readlink', path, ...before };
    case 4:
      return { kind: 'list', path, ...before, names: decodeNames(records, toEnd, toEnd + records.readUInt32LE(start + 12)) };
    case 5:
      return { kind: 'write', path, ...before, keeps: (flags & keepsFlag) !== 0 };
    case 6:
      return { kind: 'mkdir', path, ...before };
    case 7:
      return { kind: 'remove', path, ...before };
    case 8:
      return { kind: 'chmod', path, ...before };
    case 9:
      return { kind: 'rename', path, to: to(), ...before, ...beforeTo, exchange: (flags & exchangeFlag) !== 0 };
    case 10:
      return { kind: 'link', path, to: to(), ...before, ...beforeTo };
    case 11:
      return { kind: 'symlink', path, ...before };
    case 12:
      return { kind: 'executed', path, ...before };
    default:
      throw new Error(`The trace helper sent a record of unknown kind ${kind}`);
  }
}

function decodeStamp(records: Buffer, at: number): Stamp {
  return {
    dev: decodeU64(records, at),
    ino: decodeU64(records, at + 8),
    size: decodeU64(records, at + 16),
    mtimeMs: decodeTime(records, at + 24, at + 32),
    ctimeMs: decodeTime(records, at + 40, at + 48),
    mode: records.readUInt32LE(at + 36),
  };
}

/** As `node:fs` does it: past 2^53 the nearest double. */
function decodeU64(records: Buffer, at: number): number {
  return records.readUInt32LE(at + 4) * 0x1_0000_0000 + records.readUInt32LE(at);
}

function decodeTime(records: Buffer, seconds: number, nanoseconds: number): number {
  const whole = records.readInt32LE(seconds + 4) * 0x1_0000_0000 + records.readUInt32LE(seconds);
  return whole * 1000 + records.readUInt32LE(nanoseconds) / 1e6;
}

function decodeNames(records: Buffer, start: number, end: number): ListedName[] {
  const names: ListedName[] = [];
  let at = start;
  while (at < end) {
    const kind = String.fromCharCode(records[at] ?? 0) as EntryKind;
    const nameEnd = at + 3 + records.readUInt16LE(at + 1);
    names.push({ name: decodePath(records.subarray(at + 3, nameEnd)), kind });
    at = nameEnd;
  }
  return names;
}
