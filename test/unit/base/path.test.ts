import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  decodePath,
  displayPath,
  encodePath,
  fsPath,
  isInside,
  joinPath,
  nameOf,
  normalizeAbsolute,
  parentOf,
  resolvePath,
  toWorkspacePath,
  type AbsolutePath,
  type WorkspacePath,
} from '../../../src/base/path.ts';
import { Random } from '../../harness/random.ts';

const absolute = (path: string) => path as AbsolutePath;
const relative = (path: string) => path as WorkspacePath;
const roundTrip = (bytes: Buffer) => encodePath(decodePath(bytes));

describe('a path in memory', () => {
  test('stands for any bytes', () => {
    const random = new Random(1);
    const names = Array.from({ length: 5000 }, () => Buffer.from(Array.from({ length: random.below(12) }, () => random.below(256))));
    expect(names.filter((bytes) => !roundTrip(bytes).equals(bytes))).toEqual([]);
  });

  test('stands for any bytes that are nearly UTF-8', () => {
    const random = new Random(2);
    const pieces = ['61', 'c3a9', 'e282ac', 'f09f9880', 'c3', 'e282', 'f09f98', 'eda080', 'edb080', 'c080', 'f4908080', 'efbfbd', 'ff'];
    const names = Array.from({ length: 5000 }, () =>
      Buffer.from(Array.from({ length: random.below(6) }, () => random.pick(pieces)).join(''), 'hex'),
    );
    expect(names.filter((bytes) => !roundTrip(bytes).equals(bytes))).toEqual([]);
  });

  test('is the text itself where the bytes are UTF-8', () => {
    expect(decodePath(Buffer.from('é/€/😀/\uFFFD'))).toBe('é/€/😀/\uFFFD');
  });

  test('is another for other bytes', () => {
    const names = Array.from({ length: 256 }, (_, byte) => decodePath(Buffer.of(0x61, byte)));
    expect(new Set(names).size).toBe(256);
  });

  test('is given to the system as the bytes that it stands for', () => {
    const directory = mkdtempSync(`${tmpdir()}/reprise-path-`);
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const name = decodePath(Buffer.from('a\xff', 'latin1'));
    mkdirSync(fsPath(`${directory}/${name}`));
    writeFileSync(fsPath(`${directory}/${name}/b`), '');
    expect(readdirSync(directory, { encoding: 'buffer' })).toEqual([Buffer.from('a\xff', 'latin1')]);
    expect(readdirSync(fsPath(`${directory}/${name}`))).toEqual(['b']);
  });

  test('is shown without bytes that would spoil a terminal', () => {
    expect(displayPath(decodePath(Buffer.from('a\xff\x1b[2Jé\n', 'latin1')))).toBe('a\\xff\\x1b[2J\\xe9\\x0a');
  });
});

test.for([
  ['/w', 'a/b', '/w/a/b'],
  ['/w', '', '/w'],
  ['/', 'a', '/a'],
  ['/w/x', '..', '/w'],
  ['/w/x', '../y/z', '/w/y/z'],
  ['/w', '..a/b', '/w/..a/b'],
] as const)('joining %s and %s gives %s', ([base, path, joined]) => {
  expect(joinPath(absolute(base), path)).toBe(joined);
});

test.for([
  ['/w', '/w', ''],
  ['/w', '/w/a/b', 'a/b'],
  ['/w', '/wa', '../wa'],
  ['/w/x', '/w', '..'],
  ['/w/x', '/w/y/z', '../y/z'],
  ['/w/x', '/', '../..'],
  ['/', '/a', 'a'],
  ['/', '/', ''],
] as const)('seen from %s, %s is %j', ([root, path, seen]) => {
  expect(toWorkspacePath(absolute(root), absolute(path))).toBe(seen);
  expect(joinPath(absolute(root), seen)).toBe(path);
});

test.for([
  ['a', 'a', true],
  ['a', 'a/b', true],
  ['a', 'ab', false],
  ['a/b', 'a', false],
  ['', 'a', true],
  ['', '..', false],
  ['', '../a', false],
  ['', '..a', true],
  ['/', '/a', true],
  ['/a', '/a/b', true],
  ['/a', '/ab', false],
] as const)('that %j holds %j is %s', ([directory, path, expected]) => {
  expect(isInside(directory, path)).toBe(expected);
});

test.for([
  ['/a//b/./c/', '/a/b/c'],
  ['/a/../b', '/b'],
  ['/../..', '/'],
  ['/', '/'],
] as const)('%s is %s without what means nothing', ([path, normalized]) => {
  expect(normalizeAbsolute(path)).toBe(normalized);
});

test('a path in a file is relative to the directory of the file', () => {
  expect(resolvePath(absolute('/w'), relative('a/b'), '../c')).toBe('a/c');
  expect(resolvePath(absolute('/w'), relative('a'), '/w/x')).toBe('x');
  expect(resolvePath(absolute('/w'), relative('a'), '../../x')).toBe('../x');
});

test('a path is a name in its parent', () => {
  expect([parentOf(relative('a/b')), nameOf('a/b')]).toEqual(['a', 'b']);
  expect([parentOf(relative('a')), nameOf('a')]).toEqual(['', 'a']);
  expect(parentOf(absolute('/a'))).toBe('/');
});
