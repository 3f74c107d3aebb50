import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { HeldBytes } from '../../../src/base/held-bytes.ts';

function held(directory: string): { readonly bytes: HeldBytes; readonly all: Buffer } {
  const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000, index));
  const bytes = new HeldBytes(directory);
  for (const piece of pieces) bytes.append(piece);
  onTestFinished(() => bytes.close());
  return { bytes, all: Buffer.concat(pieces) };
}

test('bytes come back in order from memory and from a file that has no name', () => {
  const directory = mkdtempSync(`${tmpdir()}/held-`);
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { bytes, all } = held(directory);

  expect(readdirSync(directory)).toEqual([]);
  expect(Buffer.concat([...bytes.read()]).equals(all)).toBe(true);
});

test('where no file can be made they stay in memory', () => {
  const { bytes, all } = held('/no/such/directory');

  expect(Buffer.concat([...bytes.read()]).equals(all)).toBe(true);
});
