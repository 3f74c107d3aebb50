import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  kindOf,
  listDirectory,
  readLink,
  removeAbandoned,
  sameStamp,
  stampBehind,
  stampOf,
  temporaryName,
  writeAtomically,
  writeOnce,
} from '../../../src/base/files.ts';
import { joinPath } from '../../../src/base/path.ts';
import { directoryWith } from '../../harness/files.ts';

describe('a stamp', () => {
  test('of a link is its own, or that of what is behind it', () => {
    const root = directoryWith({ file: '' });
    symlinkSync('file', joinPath(root, 'link'));
    expect(kindOf(stampOf(joinPath(root, 'link')) ?? { mode: 0 })).toBe('link');
    expect(stampBehind(joinPath(root, 'link'))).toEqual(stampOf(joinPath(root, 'file')));
  });

  test('is none where nothing is, or nothing can be', () => {
    const root = directoryWith({ file: '' });
    symlinkSync('loop', joinPath(root, 'loop'));
    symlinkSync('gone', joinPath(root, 'dangling'));
    expect(['gone', 'file/x', 'loop/x', 'x'.repeat(300)].map((name) => stampOf(joinPath(root, name)))).toEqual(Array(4).fill(undefined));
    expect(['loop', 'dangling'].map((name) => stampBehind(joinPath(root, name)))).toEqual([undefined, undefined]);
  });

  test('is another after each kind of change', () => {
    const base = { dev: 1, ino: 1, size: 1, mtimeMs: 1, ctimeMs: 1, mode: 1 };
    const others = Object.keys(base).map((member) => ({ ...base, [member]: 2 }));
    expect(others.filter((other) => sameStamp(base, other))).toEqual([]);
    expect([sameStamp(base, { ...base }), sameStamp(base, undefined), sameStamp(undefined, undefined)]).toEqual([true, false, true]);
  });
});

test('a directory has names and kinds, and what is none has not', () => {
  const root = directoryWith({ 'd/x': '', f: '' });
  symlinkSync('f', joinPath(root, 'l'));
  const names = listDirectory(root)?.sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(names?.map(({ kind, name }) => kind + name)).toEqual(['dd', 'ff', 'll']);
  expect([listDirectory(joinPath(root, 'f')), listDirectory(joinPath(root, 'gone'))]).toEqual([undefined, undefined]);
  expect(readLink(joinPath(root, 'l'))).toBe('f');
});

describe('a file that is written', () => {
  test('replaces what was there, and leaves nothing beside', () => {
    const root = directoryWith({ 'a/file': 'old' });
    writeAtomically(joinPath(root, 'a/file'), 'new');
    writeAtomically(joinPath(root, 'b/c/file'), 'new');
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(['a', 'a/file', 'b', 'b/c', 'b/c/file']);
    expect(readFileSync(joinPath(root, 'a/file'), 'utf8')).toBe('new');
  });

  test('leaves nothing beside when it cannot be put in place', () => {
    const root = directoryWith({ 'file/x': '' });
    expect(() => writeAtomically(joinPath(root, 'file'), 'new')).toThrow('EISDIR');
    expect(readdirSync(root)).toEqual(['file']);
  });

  test('once is as its first writer made it', () => {
    const file = joinPath(directoryWith({}), 'a/file');
    writeOnce(file, Buffer.from('first'));
    writeOnce(file, Buffer.from('second'));
    expect(readFileSync(file, 'utf8')).toBe('first');
    expect(readdirSync(joinPath(file, '..'))).toEqual(['file']);
  });
});

describe('temporary files', () => {
  test('of processes that are gone are removed, and no others', () => {
    const root = directoryWith({ 'keep.tmp': '', file: '' });
    const { pid } = spawnSync('true');
    const abandoned = joinPath(root, `run.${pid}-0a1b.tmp`);
    mkdirSync(abandoned);
    writeFileSync(joinPath(abandoned, 'x'), '');
    const ours = temporaryName(joinPath(root, 'run'));
    writeFileSync(ours, '');
    removeAbandoned(root);
    expect([existsSync(abandoned), statSync(ours).isFile(), readdirSync(root).length]).toEqual([false, true, 3]);
  });

  test('are no trouble where there is no directory', () => {
    const root = directoryWith({ file: '' });
    expect(() => removeAbandoned(joinPath(root, 'gone'))).not.toThrow();
    expect(() => removeAbandoned(joinPath(root, 'file'))).not.toThrow();
  });
});
