import { describe, expect, test } from 'vitest';
import { cli, node } from '../harness/cli.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const inner = `${node} ${cli} run -r --cache build`;

/** Two packages whose `build` makes `dist/out` of `in`, and root tasks that start those by a program and by a shell. */
async function workspace(build = 'mkdir -p dist; cat in > dist/out'): Promise<Rig> {
  const rig = await createRig();
  const packageWith = (name: string) => ({
    [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts: { build: 'sh build.sh' } },
    [`packages/${name}/build.sh`]: build,
    [`packages/${name}/in`]: name,
  });
  await rig.write({
    'package.json': { name: 'root', workspaces: ['packages/*'], scripts: { all: 'node all.cjs', shell: `sh -c '${inner}; true'` } },
    'package-lock.json': {},
    'all.cjs': `process.stdout.write(require('node:child_process').execSync('${inner}'))`,
    ...packageWith('a'),
    ...packageWith('b'),
  });
  return rig;
}

/** Of each task, by label: which one ends first, nobody knows. */
async function outcomes(rig: Rig, ...task: readonly string[]): Promise<string[]> {
  const { record, exitCode } = await rig.run(['run', '--cache', ...task]);
  expect(exitCode).toBe(0);
  return (record?.tasks ?? [])
    .map((one) => `${one.label} ${one.outcome}${one.steps[0]?.stored.kind === 'not-stored' ? ', not stored' : ''}`)
    .toSorted();
}

/** What the run inside says of each package. */
async function saidInside(rig: Rig): Promise<readonly string[]> {
  const { stdout } = await rig.run(['run', '--cache', 'all']);
  return (stdout.match(/~\/packages\/.*cache (?:hit|miss)/g) ?? [])
    .map((line) => line.replace(/^~\/packages\/(.).* cache/, '$1'))
    .toSorted();
}

describe('a run inside a command', () => {
  test.each(['all', 'shell'])('is cached, and so is the command (%s)', async (task) => {
    const rig = await workspace();
    expect(await outcomes(rig, task)).toEqual([`root#${task} executed`]);
    expect(await outcomes(rig, task)).toEqual([`root#${task} restored`]);
    expect(await outcomes(rig, '-r', 'build')).toEqual(['a#build restored', 'b#build restored']);
  });

  test.each([
    ['that write into what they made', 'mkdir -p dist; cat in > dist/out'],
    ['that clear away what they made', 'rm -rf dist; mkdir dist; cat in > dist/out'],
  ])('has steps %s, which hit and miss as they would anywhere', async (_, build) => {
    const rig = await workspace(build);
    await outcomes(rig, 'all');
    await rig.write({ 'packages/b/in': 'changed' });
    expect(await saidInside(rig)).toEqual(['a hit', 'b miss']);
    expect(await outcomes(rig, 'all')).toEqual(['root#all restored']);
    await rig.write({ 'packages/b/in': 'again' });
    expect(await outcomes(rig, '-r', 'build')).toEqual(['a#build restored', 'b#build executed']);
    await rig.write({ 'packages/b/in': 'b' });
    expect(await outcomes(rig, '-r', 'build')).toEqual(['a#build restored', 'b#build restored']);
  });

  test('gives the command the outputs of its hits', async () => {
    const rig = await workspace();
    await outcomes(rig, 'all');
    await rig.write({ 'packages/b/in': 'changed' });
    await outcomes(rig, 'all');
    await rig.remove('packages/b/dist');
    expect(await outcomes(rig, 'all')).toEqual(['root#all restored']);
    expect(rig.tree('packages/b/dist')).toEqual({ out: 'changed' });
  });

  test('has what the command restored as its own', async () => {
    const rig = await workspace('rm -rf dist; mkdir dist; cat in > dist/out');
    await outcomes(rig, 'all');
    await rig.write({ 'packages/b/in': 'changed' });
    await outcomes(rig, 'all');
    await rig.write({ 'packages/b/in': 'b' });
    expect(await outcomes(rig, 'all')).toEqual(['root#all restored']);
    await rig.write({ 'packages/b/in': 'third' });
    expect(await outcomes(rig, '-r', 'build')).toEqual(['a#build restored', 'b#build executed']);
  });

  test('makes its files inputs of the command when another run changed them', async () => {
    const rig = await workspace();
    await outcomes(rig, 'all');
    await rig.write({ 'packages/b/in': 'changed' });
    await outcomes(rig, '-r', 'build');
    expect(await outcomes(rig, 'all')).toEqual(['root#all executed']);
    expect(rig.tree('packages/b/dist')).toEqual({ out: 'changed' });
  });
});
