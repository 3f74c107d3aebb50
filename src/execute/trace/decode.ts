import type { Stamp } from '../../base/files.ts';
import { decodePath, type AbsolutePath } from '../../base/path.ts';
import type { EntryKind, Incomplete, ListedName, RawEvent, RawTrace, RawVariable } from './raw-trace.ts';
import { foreignFrame, type Frame } from './report-frames.ts';

/**
 * The trace that a whole report tells of. A report that was cut off, or that this version cannot read, gives a trace that
 * says that it is incomplete. Never throws.
 */
export function decodeTrace(frames: readonly Frame[]): RawTrace {
  const end = frames.find((frame) => frame.kind === 'end');
  const decoded: Decoded = { events: [], variables: [] };
  const areSound = frames.map((frame) => frame.kind !== 'events' || decodeInto(decoded, frame.records));
  const incomplete =
    incompleteOf(areSound.includes(false) ? [...frames, foreignFrame] : frames) ?? (end === undefined ? cutOff : undefined);
  return {
    ...decoded,
    ...(incomplete && { incomplete }),
    network: frames.flatMap((frame) => (frame.kind === 'network' ? [frame.address] : [])),
    unprivileged: frames.flatMap((frame) => (frame.kind === 'unprivileged' ? [frame.program] : [])),
    notifications: end?.notifications ?? 0,
    supervisorMs: end?.cpuMs ?? 0,
  };
}

const cutOff: Incomplete = { program: 'the command', why: 'the trace helper ended early' };

function incompleteOf(frames: readonly Frame[]): Incomplete | undefined {
  const frame = frames.find((frame) => frame.kind === 'incomplete');
  return frame && { program: frame.program, why: frame.why };
}

/** The records of one frame, in order, up to the first that makes no sense. `native/README.md` has their layout. */
export function decodeEvents(records: Buffer): RawEvent[] {
  const decoded: Decoded = { events: [], variables: [] };
  decodeInto(decoded, records);
  return decoded.events;
}

interface Decoded {
  readonly events: RawEvent[];
  readonly variables: RawVariable[];
}

/** Whether every record makes sense. */
function decodeInto({ events, variables }: Decoded, records: Buffer): boolean {
  // Most paths are ASCII. Cut from one text, they cost a tenth of what decoding each by itself does.
  const text = records.toString('latin1');
  for (let at = 0; at < records.length; at += records.readUInt32LE(at)) {
    if (!isRecord(records, at)) return false;
    if (records[at + 4] === variableKind) variables.push(decodeVariable(records, text, at));
    const event = decodeEvent(records, text, at);
    if (event !== undefined) events.push(event);
  }
  return true;
}

const nofollowFlag = 1;
const keepsFlag = 2;
const exchangeFlag = 4;
const beforeFlag = 8;
const toBeforeFlag = 16;
const setFlag = 32;
const headSize = 16;
const stampSize = 56;
const listKind = 4;
const variableKind = 13;

/** Whether what starts here is a record of a known kind that holds all that it announces. */
function isRecord(records: Buffer, start: number): boolean {
  if (start + headSize > records.length) return false;
  const flags = records[start + 5] ?? 0;
  const stamps = (flags & beforeFlag ? stampSize : 0) + (flags & toBeforeFlag ? stampSize : 0);
  const namesStart = start + headSize + stamps + records.readUInt16LE(start + 6) + records.readUInt16LE(start + 8);
  const namesEnd = namesStart + records.readUInt32LE(start + 12);
  const end = start + records.readUInt32LE(start);
  if (namesEnd > end || end > records.length) return false;
  const kind = records[start + 4] ?? 0;
  return kind === listKind ? areNames(records, namesStart, namesEnd) : kind <= variableKind;
}

function areNames(records: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at + 3 <= end) at += 3 + records.readUInt16LE(at + 1);
  return at === end;
}

function decodeVariable(records: Buffer, text: string, start: number): RawVariable {
  const nameEnd = start + headSize + records.readUInt16LE(start + 6);
  const programEnd = nameEnd + records.readUInt16LE(start + 8);
  return {
    name: decodeText(records, text, start + headSize, nameEnd),
    program: decodeText(records, text, nameEnd, programEnd) as AbsolutePath,
    isSet: ((records[start + 5] ?? 0) & setFlag) !== 0,
  };
}

/** Of what `isRecord`; `undefined` for a record that the helper took back, and for what is no event. */
function decodeEvent(records: Buffer, text: string, start: number): RawEvent | undefined {
  const kind = records[start + 4];
  const flags = records[start + 5] ?? 0;
  const toStamp = start + headSize + (flags & beforeFlag ? stampSize : 0);
  const pathStart = toStamp + (flags & toBeforeFlag ? stampSize : 0);
  const pathEnd = pathStart + records.readUInt16LE(start + 6);
  const toEnd = pathEnd + records.readUInt16LE(start + 8);
  const before = flags & beforeFlag ? decodeStamp(records, start + headSize) : undefined;
  const path = decodeText(records, text, pathStart, pathEnd) as AbsolutePath;
  const nofollow = (flags & nofollowFlag) !== 0;
  switch (kind) {
    case 0:
    case variableKind:
      return undefined;
    case 1:
      return withBefore({ kind: 'read', path, nofollow }, before);
    case 2:
      return withBefore({ kind: 'stat', path, nofollow }, before);
    case 3:
      return withBefore({ kind: 'readlink', path }, before);
    case listKind:
      return withBefore({ kind: 'list', path, names: decodeNames(records, text, toEnd, records.readUInt32LE(start + 12)) }, before);
    case 5:
      return withBefore({ kind: 'write', path, keeps: (flags & keepsFlag) !== 0 }, before);
    case 6:
      return withBefore({ kind: 'mkdir', path }, before);
    case 7:
      return withBefore({ kind: 'remove', path }, before);
    case 8:
      return withBefore({ kind: 'chmod', path }, before);
    case 11:
      return withBefore({ kind: 'symlink', path }, before);
    case 12:
      return withBefore({ kind: 'executed', path }, before);
  }
  const to = decodeText(records, text, pathEnd, toEnd) as AbsolutePath;
  const beforeTo = flags & toBeforeFlag ? { beforeTo: decodeStamp(records, toStamp) } : undefined;
  switch (kind) {
    case 9:
      return withBefore({ kind: 'rename', path, to, ...beforeTo, exchange: (flags & exchangeFlag) !== 0 }, before);
    case 10:
      return withBefore({ kind: 'link', path, to, ...beforeTo }, before);
    default:
      throw new Error(`isRecord lets a record of kind ${kind} pass`);
  }
}

/** What was not there has no `before` at all. */
function withBefore(event: RawEvent, before: Stamp | undefined): RawEvent {
  if (before !== undefined) (event as { before?: Stamp }).before = before;
  return event;
}

function decodeText(records: Buffer, text: string, start: number, end: number): string {
  const latin1 = text.slice(start, end);
  return nonAscii.test(latin1) ? decodePath(records.subarray(start, end)) : latin1;
}

const nonAscii = /[\x80-\xff]/;

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

function decodeNames(records: Buffer, text: string, start: number, length: number): ListedName[] {
  const names: ListedName[] = [];
  let at = start;
  while (at < start + length) {
    const end = at + 3 + records.readUInt16LE(at + 1);
    names.push({ name: decodeText(records, text, at + 3, end), kind: text[at] as EntryKind });
    at = end;
  }
  return names;
}
