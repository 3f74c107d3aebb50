import { lastState } from './log-lines.ts';
import { plainText } from './terminal.ts';

/** The last bytes that a step wrote, enough for the lines that a live view has room for. */
export type OutputTail = Uint8Array;

export const emptyTail: OutputTail = new Uint8Array();

export function keepTail(tail: OutputTail, bytes: Uint8Array): OutputTail {
  if (bytes.length >= kept) return bytes.slice(bytes.length - kept);
  return Buffer.concat([tail.subarray(Math.max(0, tail.length + bytes.length - kept)), bytes]);
}

const kept = 8192;

/** The last `count` lines that have something on them, without colours; one that is not finished counts too. */
export function lastLines(tail: OutputTail, count: number): string[] {
  // What the cut made of a character at the front is no text; one at the end is not complete yet.
  const text = new TextDecoder().decode(tail, { stream: true }).replace(/^\ufffd+/, '');
  const lines = text.split('\n').map((line) => plainText(lastState(line)).trimEnd());
  return count < 1 ? [] : lines.filter((line) => line !== '').slice(-count);
}
