import { expect, test } from 'vitest';
import { foreignFrame, ReportFrames, type Frame } from '../../../../src/execute/trace/report-frames.ts';

const report = Buffer.concat([
  frame(1, Buffer.from([7, 0, 0, 0, 1])),
  frame(1, Buffer.from([7, 0, 0, 0, 0]), 'forbidden'),
  frame(2, words(0, 3)),
  frame(2, words(1, 9)),
  frame(3, words(2)),
  frame(4, 'records'),
  frame(5, Buffer.from([4, 0]), 'wine', 'why'),
  frame(6, '[::1]:80'),
  frame(7, words(12), 'sleep'),
  frame(8, words(5, 0, 1_500_000, 0)),
]);

const frames: Frame[] = [
  { kind: 'started', pid: 7 },
  { kind: 'started', pid: 7, untraced: 'forbidden' },
  { kind: 'exited', code: 3 },
  { kind: 'signalled', number: 9 },
  { kind: 'not-started', errno: 2 },
  { kind: 'events', records: Buffer.from('records') },
  { kind: 'incomplete', program: 'wine', why: 'why' },
  { kind: 'network', address: '[::1]:80' },
  { kind: 'survivor', pid: 12, name: 'sleep' },
  { kind: 'end', notifications: 5, cpuMs: 1.5 },
];

test('a report is cut into its frames', () => {
  expect(new ReportFrames().push(report)).toEqual(frames);
});

test('a report may come byte by byte', () => {
  const parser = new ReportFrames();
  const pieces = Array.from(report, (byte) => Buffer.from([byte]));
  expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(frames);
});

test('a frame that was cut off is not given', () => {
  expect(new ReportFrames().push(report.subarray(0, -1))).toEqual(frames.slice(0, -1));
});

test.each([
  ['of unknown type', frame(99, 'anything')],
  ['that is too short', frame(2, words(0))],
  ['without a payload', frame(1)],
  ['of a text beyond its end', frame(5, Buffer.from([40, 0]), 'wine')],
  ['of a process that cannot be', frame(1, words(0), Buffer.from([1]))],
])('a frame %s makes no sense, and those around it do', (_, bytes) => {
  expect(new ReportFrames().push(Buffer.concat([report, bytes, report]))).toEqual([...frames, foreignFrame, ...frames]);
});

test('nothing is read after a length that cannot be', () => {
  const parser = new ReportFrames();
  expect(parser.push(Buffer.concat([report, words(4, 0xffff_ffff)]))).toEqual([...frames, foreignFrame]);
  expect(parser.push(report)).toEqual([]);
});

function frame(type: number, ...parts: (Buffer | string)[]): Buffer {
  const payload = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([words(type, payload.length), payload]);
}

function words(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}
