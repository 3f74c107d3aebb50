import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import { findWorkspace } from '../../../src/workspace/root.ts';
import { directoryWith } from '../../harness/files.ts';

test('the root is where pnpm-workspace.yaml stands', async () => {
  const root = directoryWith({
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - "!**/test/**"\ncatalog:\n  b: ^1.0.0\ncatalogs:\n  old:\n    b: ^0.9.0\n',
    'package.json': {},
    'packages/a/package.json': {},
  });
  expect(await findWorkspace(joinPath(root, 'packages/a'))).toEqual({
    root,
    globs: ['packages/*', '!**/test/**'],
    catalogs: { default: { b: '^1.0.0' }, old: { b: '^0.9.0' } },
    currentDirectory: joinPath(root, 'packages/a'),
  });
});

test.for([[['packages/*']], [{ packages: ['packages/*'] }]] as const)(
  'the root is where package.json has workspaces: %j',
  async ([workspaces]) => {
    const root = directoryWith({ 'package.json': { workspaces }, 'packages/a/package.json': {} });
    expect(await findWorkspace(joinPath(root, 'packages/a'))).toMatchObject({ root, globs: ['packages/*'] });
  },
);

test('a package outside every workspace is one of its own', async () => {
  const root = directoryWith({ 'package.json': { name: 'alone' }, 'src/index.js': '' });
  expect(await findWorkspace(joinPath(root, 'src'))).toEqual({ root, globs: [], catalogs: {}, currentDirectory: root });
});

test('a pnpm-workspace.yaml of settings alone makes a workspace of one package', async () => {
  const root = directoryWith({ 'pnpm-workspace.yaml': 'onlyBuiltDependencies: []\n', 'package.json': {} });
  expect(await findWorkspace(root)).toMatchObject({ root, globs: [] });
});

test('the current package is the nearest package.json upwards', async () => {
  const root = directoryWith({
    'package.json': { workspaces: ['packages/*'] },
    'packages/a/package.json': {},
    'packages/a/src/deep/x.js': '',
  });
  expect(await findWorkspace(joinPath(root, 'packages/a/src/deep'))).toMatchObject({ currentDirectory: joinPath(root, 'packages/a') });
  expect(await findWorkspace(joinPath(root, 'packages'))).toMatchObject({ currentDirectory: root });
});

test('without any package.json there is no workspace', async () => {
  const root = directoryWith({});
  mkdirSync(joinPath(root, 'deep'));
  await expect(findWorkspace(joinPath(root, 'deep'))).rejects.toMatchObject({ diagnostics: [{ code: 'no-workspace' }] });
});

test.for([
  ['packages: [a', 1, 13, 'Flow sequence'],
  ['x: 1\npackages: a/*\n', 2, 11, "'packages' must be a list of globs"],
] as const)('a mistake in pnpm-workspace.yaml has its place', async ([text, line, column, problem]) => {
  const root = directoryWith({ 'pnpm-workspace.yaml': text });
  const error: unknown = await findWorkspace(root as AbsolutePath).catch((thrown: unknown) => thrown);
  const message: unknown = expect.stringContaining(problem);
  expect(error).toMatchObject({ diagnostics: [{ code: 'invalid-workspace-file', message, at: { line, column } }] });
});
