import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath } from '../../../src/base/path.ts';
import { loadWorkspace } from '../../../src/workspace/packages.ts';
import { directoryWith } from '../../harness/files.ts';

test('packages are those that the globs name, the root first', async () => {
  const root = directoryWith({
    'package.json': { name: 'root', workspaces: ['packages/*', './tools/', '!packages/old'] },
    'packages/a/package.json': { name: '@x/a', scripts: { build: 'tsc', broken: 1 } },
    'packages/a/node_modules/dep/package.json': {},
    'packages/old/package.json': {},
    'packages/empty/readme.md': '',
    'tools/package.json': {},
    'elsewhere/package.json': {},
  });
  const { packages, current, cycles } = await loadWorkspace(joinPath(root, 'packages/a'));
  expect(packages.map((one) => one.directory)).toEqual(['', 'packages/a', 'tools']);
  const expected = { name: '@x/a', manifestPath: 'packages/a/package.json', scripts: { build: 'tsc' }, dependencies: [] };
  expect(packages[1]).toMatchObject({ directory: 'packages/a', ...expected });
  expect({ current, cycles }).toEqual({ current: 'packages/a', cycles: [] });
});

test('globs that need no globber find what one would', async () => {
  const files = {
    'packages/a/package.json': {},
    'packages/.hidden/package.json': {},
    'packages/node_modules/package.json': {},
    'packages/directory/package.json/x': '',
    'packages/file': '',
    'packages/a/deeper/package.json': {},
    'tools/cli/package.json': {},
    'elsewhere/linked/package.json': {},
  };
  const globs = ['packages/*', 'tools/cli/', 'gone/*', 'packages/file/*', 'tools'];
  const found = async (workspaces: readonly string[]): Promise<readonly string[]> => {
    const root = directoryWith({ 'package.json': { workspaces }, ...files });
    symlinkSync('../elsewhere/linked', joinPath(root, 'packages/link'));
    return (await loadWorkspace(root)).packages.map((one) => one.directory);
  };
  expect(await found(globs)).toEqual(['', 'packages/a', 'packages/link', 'tools/cli']);
  expect(await found([...globs, '!nothing'])).toEqual(await found(globs));
});

test('node_modules holds no packages, whatever the globs', async () => {
  const root = directoryWith({
    'pnpm-workspace.yaml': 'packages: ["**"]',
    'package.json': {},
    'a/b/package.json': {},
    'a/node_modules/x/package.json': {},
    'node_modules/y/package.json': {},
  });
  const { packages } = await loadWorkspace(root);
  expect(packages.map((one) => one.directory)).toEqual(['', 'a/b']);
});

test('a package that is not a member stands alone', async () => {
  const root = directoryWith({ 'package.json': { workspaces: ['packages/*'] }, 'examples/one/package.json': { name: 'one' } });
  const workspace = await loadWorkspace(joinPath(root, 'examples/one'));
  expect(workspace).toMatchObject({ root: joinPath(root, 'examples/one'), current: '', packages: [{ name: 'one', directory: '' }] });
});

test('all broken manifests are reported at once, each with its place', async () => {
  const root = directoryWith({
    'package.json': { workspaces: ['*'] },
    'a/package.json': '{\n  "name": "a",\n  "scripts": {\n    "build": "tsc",\n  }\n}\n',
    'b/package.json': '[]',
  });
  const error: unknown = await loadWorkspace(root).catch((thrown: unknown) => thrown);
  const broken = "a/package.json is not valid JSON: expected a key in double quotes, found '}'";
  expect(error).toMatchObject({
    diagnostics: [
      { code: 'invalid-package-json', message: broken, at: { file: 'a/package.json', line: 5, column: 3 } },
      { code: 'invalid-package-json', message: 'b/package.json must be an object', at: { file: 'b/package.json', line: 1, column: 1 } },
    ],
  });
});

test('packages that depend on each other are tolerated and named', async () => {
  const root = directoryWith({
    'package.json': { workspaces: ['*'] },
    'a/package.json': { name: 'a', dependencies: { b: '*' } },
    'b/package.json': { name: 'b', devDependencies: { a: '*', b: '*' } },
  });
  const { packages, cycles } = await loadWorkspace(root);
  expect(packages.map((one) => one.dependencies)).toEqual([[], ['b'], ['a']]);
  expect(cycles).toEqual([['a', 'b']]);
});
