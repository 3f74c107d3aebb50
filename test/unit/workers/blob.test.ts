import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { blobPath } from '../../../src/base/blob-path.ts';
import { joinPath } from '../../../src/base/path.ts';
import { archive, read } from '../../../workers/blob.worker.ts';
import { archived, digestOf, noise, staged } from './sample.ts';

const [small, large] = [Buffer.from('small'), noise(100_000)];

describe('files that are archived', () => {
  test('come back with their bytes and modes', async () => {
    const files = { 'a.txt': small, empty: Buffer.alloc(0), 'large.bin': large, again: small, limit: noise(65_536) };
    const { directory, answer } = await staged(await archived(files));
    expect(answer).toEqual({ kind: 'staged' });
    const found = Object.values(files).map((_, index) => readFileSync(joinPath(directory, `${index}`)));
    expect(found).toEqual(Object.values(files));
    expect([0, 1].map((index) => statSync(joinPath(directory, `${index}`)).mode & 0o7777)).toEqual([0o755, 0o640]);
  });

  test('come back where they are longer than a frame', async () => {
    const long = Buffer.concat([noise(5_000_000), Buffer.alloc(5_000_000)]);
    const { directory } = await staged(await archived({ long }));
    expect(readFileSync(joinPath(directory, '0')).equals(long)).toBe(true);
  });

  test('share a blob where they are small, and have one each where they are large', async () => {
    const { answer } = await archived({ a: small, b: Buffer.from('b'), large });
    const [a, b, c] = answer.places;
    expect([b, c]).toEqual([
      { blob: a?.blob, offset: small.length, length: 1 },
      { blob: digestOf(large), offset: 0, length: large.length },
    ]);
  });

  test('leave nothing but blobs', async () => {
    const { blobs } = await archived({ a: small, large });
    expect(readdirSync(blobs, { recursive: true }).filter((name) => !/^[0-9a-f]{2}(?:\/[0-9a-f]{30})?$/.test(`${name}`))).toEqual([]);
  });

  test('are told to be taken, once they may change', async () => {
    const { request } = await archived({ a: small, large });
    const { port1, port2 } = new MessageChannel();
    const [[message]] = await Promise.all([once(port1, 'message'), archive({ request, taken: port2 })]);
    expect(message).toBe('taken');
  });
});

describe('a file that is not what it was', () => {
  test.for(['small', 'large'])('is named, and nothing is archived: %s', async (name) => {
    const meddle = (root: string) => writeFileSync(`${root}/${name}`, 'other');
    const { answer } = await archived({ small, large }, { meddle: (root) => meddle(root) });
    expect(answer).toEqual({ places: [], log: undefined, changed: name });
  });

  test('is named where it is gone', async () => {
    const { answer } = await archived({ small, large }, { meddle: (root) => rmSync(joinPath(root, 'small')) });
    expect(answer.changed).toBe('small');
  });
});

describe('a log', () => {
  test('that is short is left to the entry', async () => {
    expect((await archived({}, { log: Buffer.alloc(16 * 1024, 'x') })).answer.log).toBe(undefined);
  });

  test('that is long, or in a file, becomes a blob', async () => {
    const log = noise(20_000);
    const { blobs, answer, root } = await archived({ log }, { log });
    expect(answer.log).toEqual({ blob: digestOf(log), length: log.length });
    expect((await read({ blobs, blob: digestOf(log) })).answer).toEqual({ kind: 'read', bytes: log });
    expect((await archived({}, { log: joinPath(root, 'log') })).answer.log).toEqual(answer.log);
  });
});

describe('a blob', () => {
  test('that is missing is a fault', async () => {
    const result = await archived({ small, large });
    rmSync(blobPath(result.blobs, digestOf(large)));
    expect((await staged(result)).answer).toMatchObject({ kind: 'fault', piece: 1, detail: expect.stringContaining('is missing') });
  });

  test('that is cut off anywhere is a fault', async () => {
    const result = await archived({ small: noise(300) });
    const file = blobPath(result.blobs, digestOf(noise(300)));
    const bytes = readFileSync(file);
    for (const length of [0, 1, 2, 8, 9, 10, bytes.length - 1]) {
      writeFileSync(file, bytes);
      truncateSync(file, length);
      expect((await staged(result)).answer).toMatchObject({ kind: 'fault', piece: 0 });
    }
  });

  test('with any other byte in it is a fault, or still holds the file', async () => {
    const bytes = Buffer.concat([noise(200), Buffer.alloc(200, 'ab')]);
    const result = await archived({ bytes });
    const file = blobPath(result.blobs, digestOf(bytes));
    const stored = readFileSync(file);
    const wrong: number[] = [];
    for (let at = 0; at < stored.length; at++) {
      const damaged = Buffer.from(stored);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      writeFileSync(file, damaged);
      const { directory, answer } = await staged(result);
      if (answer.kind === 'staged' && !readFileSync(joinPath(directory, '0')).equals(bytes)) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  test('that holds something else is a fault', async () => {
    const result = await archived({ small, large });
    writeFileSync(blobPath(result.blobs, digestOf(small)), readFileSync(blobPath(result.blobs, digestOf(large))));
    expect((await staged(result)).answer).toMatchObject({ kind: 'fault', piece: 0 });
  });

  test('that is damaged is removed, so that it is written anew', async () => {
    const result = await archived({ large });
    const file = blobPath(result.blobs, digestOf(large));
    truncateSync(file, 100);
    await staged(result);
    expect(existsSync(file)).toBe(false);
    const { port2 } = new MessageChannel();
    await archive({ request: result.request, taken: port2 });
    expect((await staged(result)).answer).toEqual({ kind: 'staged' });
  });
});
