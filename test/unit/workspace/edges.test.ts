import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { makeEdgeResolver } from '../../../src/workspace/edges.ts';
import type { Manifest } from '../../../src/workspace/manifest.ts';

function manifest(directory: string, rest: Partial<Manifest> = {}): Manifest {
  return { directory: directory as WorkspacePath, name: directory, version: '1.2.3', scripts: {}, unusableScripts: [], specs: [], ...rest };
}

const others = [
  manifest('b'),
  manifest('pre', { version: '2.1.0-beta.1' }),
  manifest('unversioned', { version: undefined }),
  manifest('libs/c', { name: '@x/c' }),
  manifest('', { name: 'root' }),
];
const catalogs = { default: { b: '^1.0.0', '@x/c': 'workspace:*' }, old: { b: '^0.9.0' } };

async function edges(name: string, spec: string): Promise<readonly string[]> {
  const from = manifest('apps/a', { name: 'a', specs: [[name, spec, 'dependencies']] });
  return (await makeEdgeResolver('/w' as AbsolutePath, [from, ...others], catalogs))(from).dependencies;
}

test.for([
  ['b', 'workspace:*', ['b']],
  ['b', 'workspace:^', ['b']],
  ['b', 'workspace:^9.0.0', ['b']],
  ['alias', 'workspace:b@*', ['b']],
  ['alias', 'workspace:@x/c@^1.0.0', ['libs/c']],
  ['@x/c', 'workspace:../../libs/c', ['libs/c']],
  ['b', '*', ['b']],
  ['b', '', ['b']],
  ['b', 'x', ['b']],
  ['b', '^1.0.0', ['b']],
  ['b', '1.2.3', ['b']],
  ['b', '^0.9.0 || ^1.2.0', ['b']],
  ['b', '^2.0.0', []],
  ['b', 'latest', []],
  ['b', 'npm:b@^1.0.0', []],
  ['b', 'npm:@y/b@*', []],
  ['b', 'github:someone/b', []],
  ['b', 'https://example.com/b.tgz', []],
  ['b', 'file:../../b', ['b']],
  ['b', 'link:../../b', ['b']],
  ['b', 'portal:../../b/', ['b']],
  ['b', 'link:../../b/dist', ['b']],
  ['other-name', 'file:../../libs/c', ['libs/c']],
  ['b', 'file:../../b.tgz', []],
  ['b', 'file:../../../outside/b', []],
  ['b', 'catalog:', ['b']],
  ['b', 'catalog:default', ['b']],
  ['b', 'catalog:old', []],
  ['b', 'catalog:gone', []],
  ['@x/c', 'catalog:', ['libs/c']],
  ['pre', '^2.0.0', ['pre']],
  ['unversioned', '*', ['unversioned']],
  ['unversioned', '^1.0.0', []],
  ['root', '*', ['']],
  ['typescript', '*', []],
  ['a', 'workspace:*', []],
] as const)('%s at %j leads to %j', async ([name, spec, expected]) => {
  expect(await edges(name, spec)).toEqual(expected);
});

test('two packages of one name are both depended on, where both can be meant', async () => {
  const from = manifest('a', { specs: [['twin', '^1.0.0', 'dependencies']] });
  const twins = ['one', 'two', 'three'].map((directory) =>
    manifest(directory, { name: 'twin', version: directory === 'two' ? '2.0.0' : '1.5.0' }),
  );
  expect((await makeEdgeResolver('/w' as AbsolutePath, [from, ...twins], {}))(from)).toEqual({
    dependencies: ['one', 'three'],
    dependenciesByKind: { dependencies: ['one', 'three'] },
  });
});
