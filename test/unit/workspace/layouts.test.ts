import { describe, expect, test } from 'vitest';
import { joinPath } from '../../../src/base/path.ts';
import { loadWorkspace, type Workspace } from '../../../src/workspace/packages.ts';
import { directoryWith } from '../../harness/files.ts';

type Files = Readonly<Record<string, string | object>>;

/** Each package with what it depends on, by name or else by directory. */
async function read(files: Files, place = ''): Promise<Record<string, string[]>> {
  return edgesOf(await loadWorkspace(joinPath(directoryWith(files), place)));
}

function edgesOf({ packages }: Workspace): Record<string, string[]> {
  const labels = new Map(packages.map((one) => [one.directory, one.name ?? `./${one.directory}`]));
  return Object.fromEntries(
    packages.map((one) => [labels.get(one.directory) ?? '', one.dependencies.map((directory) => labels.get(directory) ?? '')]),
  );
}

const member = (name: string, rest: object = {}) => ({ name, version: '1.2.0', ...rest });

describe('a workspace', () => {
  test('of pnpm, with catalogs and globs that exclude', async () => {
    const files = {
      'pnpm-workspace.yaml': [
        'packages:',
        "  - 'apps/*'",
        "  - 'packages/**'",
        "  - '!**/fixtures/**'",
        "  - '!packages/old'",
        'catalog:',
        "  core: 'workspace:^'",
        'catalogs:',
        '  next:',
        "    core: '^2.0.0'",
      ].join('\n'),
      'package.json': { name: 'root', private: true, devDependencies: { tools: 'workspace:*' } },
      'apps/web/package.json': member('web', { dependencies: { core: 'catalog:', ui: 'workspace:~' } }),
      'apps/site/package.json': member('site', { dependencies: { core: 'catalog:next', renamed: 'workspace:ui@^' } }),
      'packages/core/package.json': member('core', { peerDependencies: { ui: '>=1' } }),
      'packages/nested/deep/tools/package.json': member('tools', { optionalDependencies: { core: 'link:../../../core' } }),
      'packages/ui/package.json': member('ui'),
      'packages/ui/fixtures/one/package.json': member('fixture'),
      'packages/old/package.json': member('old'),
    };
    const expected = { root: ['tools'], site: ['ui'], web: ['core', 'ui'], core: ['ui'], tools: ['core'], ui: [] };
    expect(await read(files)).toEqual(expected);
    expect(await read(files, 'packages/nested/deep')).toEqual(expected);
  });

  test.for([
    ['npm', ['packages/*', 'tools']],
    ['yarn', { packages: ['packages/*', 'tools'], nohoist: ['**/react'] }],
  ] as const)('of %s, with ranges and paths alone', async ([, workspaces]) => {
    const files = {
      'package.json': { name: 'root', private: true, workspaces },
      'packages/a/package.json': member('a', { dependencies: { b: '^1.0.0', react: '^19.0.0' }, devDependencies: { tools: '*' } }),
      'packages/b/package.json': member('@x/b', { dependencies: { c: 'file:../c' } }),
      'packages/c/package.json': member('b', { dependencies: { tools: '1.x' } }),
      'tools/package.json': { name: 'tools' },
    };
    expect(await read(files)).toEqual({ root: [], a: ['b', 'tools'], '@x/b': ['b'], b: [], tools: [] });
  });

  test('of yarn with portals, and with catalogs that are in its own file', async () => {
    const files = {
      'package.json': { private: true, workspaces: ['p/*'] },
      '.yarnrc.yml': 'catalog:\n  b: "^1.0.0"\n',
      'p/a/package.json': member('a', { dependencies: { b: 'catalog:', linked: 'portal:../c' } }),
      'p/b/package.json': member('b', { dependencies: { c: 'workspace:p/c' } }),
      'p/c/package.json': member('c'),
    };
    expect(await read(files)).toEqual({ './': [], a: ['b', 'c'], b: ['c'], c: [] });
  });

  test.for([
    ['in', { workspaces: { packages: ['p/*'], catalog: { b: '^1.0.0' }, catalogs: { old: { b: '^0.9.0' } } } }],
    ['beside', { workspaces: ['p/*'], catalog: { b: '^1.0.0' }, catalogs: { old: { b: '^0.9.0' } } }],
  ] as const)("of bun, with catalogs %s 'workspaces'", async ([, root]) => {
    const files = {
      'package.json': { name: 'root', ...root },
      'p/a/package.json': member('a', { dependencies: { b: 'catalog:' } }),
      'p/b/package.json': member('b'),
      'p/c/package.json': member('c', { dependencies: { b: 'catalog:old' } }),
    };
    expect(await read(files)).toEqual({ root: [], a: ['b'], b: [], c: [] });
  });

  test('of a single package has that one', async () => {
    const files = { 'package.json': member('alone', { dependencies: { alone: '*' } }), 'src/x.js': '' };
    expect(await read(files, 'src')).toEqual({ alone: [] });
  });

  test("takes pnpm's file before the root's own list", async () => {
    const files = {
      'pnpm-workspace.yaml': 'packages: [new/*]',
      'package.json': { name: 'root', workspaces: ['old/*'] },
      'old/a/package.json': member('a'),
      'new/b/package.json': member('b'),
    };
    expect(await read(files)).toEqual({ root: [], b: [] });
  });

  test('without a package.json at its root has only its members', async () => {
    const files = { 'pnpm-workspace.yaml': 'packages: [p/*]', 'p/a/package.json': member('a') };
    expect(await read(files)).toEqual({ a: [] });
  });
});

describe('a package', () => {
  test('depends on nameless ones by path, and on each of two of one name that it can mean', async () => {
    const files = {
      'package.json': { name: 'root', workspaces: ['p/*'] },
      'p/a/package.json': member('a', { dependencies: { twin: '^1.0.0', other: 'file:../nameless' } }),
      'p/nameless/package.json': { version: '1.0.0' },
      'p/one/package.json': member('twin'),
      'p/two/package.json': member('twin', { version: '1.9.0' }),
    };
    const { packages } = await loadWorkspace(directoryWith(files));
    expect(packages.find((one) => one.name === 'a')?.dependencies).toEqual(['p/nameless', 'p/one', 'p/two']);
  });

  test('may be part of a cycle, of itself too', async () => {
    const files = {
      'package.json': { name: 'root', workspaces: ['p/*'], devDependencies: { a: '*' } },
      'p/a/package.json': member('a', { dependencies: { b: '*' } }),
      'p/b/package.json': member('b', { peerDependencies: { c: '*' } }),
      'p/c/package.json': member('c', { optionalDependencies: { a: '*', c: 'workspace:*' } }),
    };
    const workspace = await loadWorkspace(directoryWith(files));
    expect(edgesOf(workspace)).toEqual({ root: ['a'], a: ['b'], b: ['c'], c: ['a'] });
    expect(workspace.cycles).toEqual([['p/a', 'p/b', 'p/c']]);
  });
});
