import { expect, test } from 'vitest';
import type { AbsolutePath } from '../../../../src/base/path.ts';
import { encodeRequest, SpawnAnswers } from '../../../../src/execute/spawn/protocol.ts';

const lines = ['/f/0', '/f/1', '/f/2', '/f/3'] as AbsolutePath[];

test('a request for FIFOs is its size, its id, its kind and how many, where, and from which number on', () => {
  const bytes = encodeRequest(7, { kind: 'fifos', directory: '/f' as AbsolutePath, first: 128, count: 64 });
  expect(wordsOf(bytes)).toEqual([23, 7, 1, 64]);
  expect(bytes.toString('latin1', 16)).toBe('/f\x00128\0');
});

test('a request to start is told how many of its texts are arguments', () => {
  const bytes = encodeRequest(1, { kind: 'start', cwd: '/w' as AbsolutePath, lines, args: ['helper', ''], env: { A: 'b' } });
  expect(wordsOf(bytes)).toEqual([bytes.length, 1, 2, 2]);
  expect(bytes.toString('latin1', 16)).toBe('/w\0/f/0\0/f/1\0/f/2\0/f/3\0helper\0\0A=b\0');
});

test('bytes that are not UTF-8 are sent as they were', () => {
  const bytes = encodeRequest(1, { kind: 'start', cwd: '/\udcff' as AbsolutePath, lines: [], args: ['ä'], env: { A: '\udc80€' } });
  expect(bytes.subarray(16)).toEqual(Buffer.from('/\xff\0\xc3\xa4\0A=\x80\xe2\x82\xac\0', 'latin1'));
});

test('a text with a NUL is not sent', () => {
  const request = { kind: 'start', cwd: '/w' as AbsolutePath, lines, args: ['a\0b'], env: {} } as const;
  expect(() => encodeRequest(1, request)).toThrow(TypeError);
});

test('answers are told apart in whatever pieces they arrive', () => {
  const bytes = Buffer.concat([answer(1, 2, 4711), answer(1, 5, 3), answer(2, 6, 9), answer(3, 3, 2)]);
  const answers = new SpawnAnswers();
  const told = [...bytes].flatMap((byte) => answers.push(Buffer.from([byte])));
  expect(told).toEqual([
    { id: 1, what: { kind: 'started', pid: 4711 } },
    { id: 1, what: { kind: 'ended', exit: { kind: 'exited', code: 3 } } },
    { id: 2, what: { kind: 'ended', exit: { kind: 'signalled', signal: 'SIGKILL', number: 9 } } },
    { id: 3, what: { kind: 'refused', errno: 2 } },
  ]);
});

test('an answer of another version is none', () => {
  expect(new SpawnAnswers().push(Buffer.concat([answer(1, 99, 0), answer(2, 1, 0)]))).toEqual([
    { id: 2, what: { kind: 'made', errno: 0 } },
  ]);
});

function answer(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(12);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, index * 4);
  return bytes;
}

function wordsOf(bytes: Buffer): number[] {
  return [0, 4, 8, 12].map((at) => bytes.readUInt32LE(at));
}
