import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath, type WorkspacePath } from '../../../src/base/path.ts';
import { expand, matches } from '../../../src/plan/declared-files.ts';
import { directoryWith } from '../../harness/files.ts';

test.for([
  ['src/**', 'src/a.ts', true],
  ['src/**', 'src/deep/.hidden', true],
  ['src/**', 'src', false],
  ['**', 'node_modules/x/y.js', true],
  ['**/*.ts', 'a.ts', true],
  ['**/*.ts', 'x/y/a.ts', true],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['src/*', 'src/.env', true],
  ['src/*', 'src/a/b', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['*.{ts,js}', 'x.js', true],
  ['{src/**,*.json}', 'src/a/b', true],
  ['{a,b{c,d}}', 'bd', true],
  ['{a}.ts', '{a}.ts', true],
  ['\\{a,b\\}', '{a,b}', true],
  ['[a-c].ts', 'b.ts', true],
  ['[!a-c].ts', 'b.ts', false],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['(x)/+.js', '(x)/+.js', true],
  ['src', 'src/a', false],
  ['Src/*', 'src/a', false],
] as const)('%s takes %s: %s', ([glob, path, expected]) => {
  expect(matches({ auto: false, include: [glob], exclude: [] }, path as WorkspacePath)).toBe(expected);
});

test('an automatic selection takes all but what is excluded', () => {
  const selection = { auto: true, include: [], exclude: ['dist/**'] };
  expect(matches(selection, 'src/a' as WorkspacePath)).toBe(true);
  expect(matches(selection, 'dist/a' as WorkspacePath)).toBe(false);
});

test('exclusion wins over inclusion', () => {
  expect(matches({ auto: true, include: ['dist/a'], exclude: ['dist/**'] }, 'dist/a' as WorkspacePath)).toBe(false);
});

test('expanding finds files and links, dotfiles and node_modules, and follows no link', async () => {
  const root = directoryWith({ 'src/b.ts': '', 'src/.env': '', 'src/node_modules/x.js': '', 'src/old/c.ts': '', 'other/d.ts': '' });
  symlinkSync('../other', joinPath(root, 'src/link'));
  const paths = await expand(root, { include: ['src/**'], exclude: ['src/old/**'] });
  expect(paths).toEqual(['src/.env', 'src/b.ts', 'src/link', 'src/node_modules/x.js']);
});

test('expanding and matching agree', async () => {
  const names = ['a.ts', 'b/a.ts', 'b/.c/d.js', '[x]/a.ts', 'x.json', '(y)/z.ts', 'a*b', 'b/{c}'];
  const root = directoryWith(Object.fromEntries(names.map((name) => [name, ''])));
  const globs = [
    '**',
    '**/*.ts',
    '*',
    '*/*',
    'b/**',
    '\\[x\\]/*',
    '{a,x}.*',
    '{b/**,a}*',
    '[ab]*',
    '\\(y\\)/*',
    'a\\*b',
    '?.ts',
    'b/\\{c\\}',
    '**/.*/**',
  ];
  const byMatching = globs.map((glob) =>
    names.filter((name) => matches({ auto: false, include: [glob], exclude: [] }, name as WorkspacePath)).sort(),
  );
  expect(await Promise.all(globs.map((glob) => expand(root, { include: [glob], exclude: [] })))).toEqual(byMatching);
});
