import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import { covering, ignoredPaths, ignoring } from '../../../src/cache/ignored.ts';
import { directoryWith } from '../../harness/files.ts';
import { path } from './sample.ts';

const covers = (paths: readonly string[], at: string) => covering(paths.map(path))(path(at));
const everything = { auto: true, include: [], exclude: [] };

test.for([
  ['a', 'a', true],
  ['a', 'a/b/c', true],
  ['a', 'ab', false],
  ['a/b', 'a', false],
  ['', 'a/b', true],
  ['', '', true],
  ['', '../a', false],
  ['..', '', true],
  ['..', 'a/b', true],
  ['..', '../a', true],
  ['..', '../../a', false],
  ['../..', '../../a/b', true],
  ['../a', '../a/b', true],
  ['../a', 'a', false],
  ['..a', '..a/b', true],
  ['..a', 'b', false],
] as const)("'%s' covers '%s': %s", ([paths, at, isCovered]) => {
  expect(covers([paths], at)).toBe(isCovered);
});

test('nothing covers nothing', () => {
  expect(covers([], '')).toBe(false);
});

test('what a glob of the task names means something, whatever tools say', () => {
  const isIgnored = ignoring([path('src')], { auto: true, include: ['src/**/*.ts'], exclude: ['src/b.ts'] });
  expect(['src', 'src/a.css', 'src/a.ts', 'src/b.ts', 'lib/a.css'].map((at) => isIgnored(path(at)))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect(ignoring([path('src')], everything)(path('src/a.ts'))).toBe(true);
});

test('a reported path is one of the workspace, whether it is there or not', () => {
  const root = directoryWith({ 'a/b': '' });
  const at = (...names: readonly string[]) => ignoredPaths(names, root);
  expect(at(`${root}/a/b`, `${root}/new/../new/`, `${root}/a/b/below`, `${root}/a/b`)).toEqual(['a/b', 'new']);
  expect(at(`${root}`, `${root}/a`)).toEqual(['']);
  expect(at(`${root}/../beside`, `${root}/a`)).toEqual(['../beside', 'a']);
});

test('a reported path above the workspace covers all of it', () => {
  const root = directoryWith({ a: '' });
  expect(ignoredPaths([`${root}/..`, `${root}/a`], root)).toEqual(['..']);
  expect(covering(ignoredPaths(['/', `${root}/a`], root))(path('a/b'))).toBe(true);
});

test('what cannot be a path is none', () => {
  const root = directoryWith({});
  expect(ignoredPaths(['', 'relative', `${root}/a\0b`], root)).toEqual([]);
});

test('names that are not UTF-8 stay what they are', () => {
  const root = directoryWith({});
  expect(ignoredPaths([`${root}/a\udc80`], root)).toEqual(['a\udc80']);
});

test('a path that leads through links is meant by each of its names', () => {
  const root = directoryWith({ 'store/tool/dist/a': '' });
  mkdirSync(joinPath(root, 'node_modules'));
  symlinkSync('../store/tool', joinPath(root, 'node_modules/tool'));
  symlinkSync('dist', joinPath(root, 'store/tool/out'));
  symlinkSync('out', joinPath(root, 'store/tool/latest'));
  const names = ignoredPaths([joinPath(root, 'node_modules/tool/latest')], root);
  expect(names).toEqual(['node_modules/tool/latest', 'store/tool/dist', 'store/tool/latest', 'store/tool/out']);
});

test('a path that is not there yet is meant where links lead today', () => {
  const root = directoryWith({ 'real/a': '' });
  symlinkSync('real', joinPath(root, 'l'));
  symlinkSync('gone', joinPath(root, 'dangling'));
  expect(ignoredPaths([`${root}/l/new/deep`], root)).toEqual(['l/new/deep', 'real/new/deep']);
  expect(ignoredPaths([`${root}/dangling/x`], root)).toEqual(['dangling/x', 'gone/x']);
});

test('a path that is named by way of a link to the workspace is in it', () => {
  const root = directoryWith({ a: '' });
  const alias = `${root}-alias` as AbsolutePath;
  symlinkSync(root, alias);
  expect(ignoredPaths([`${alias}/a`], root)).toContain('a');
  rmSync(alias);
});

test('links that lead in a circle lead nowhere', () => {
  const root = directoryWith({});
  symlinkSync('b', joinPath(root, 'a'));
  symlinkSync('a/x', joinPath(root, 'b'));
  expect(ignoredPaths([`${root}/a/c`], root)).toContain('a/c');
});
