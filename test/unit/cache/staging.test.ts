import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fsPath, joinPath, type WorkspacePath } from '../../../src/base/path.ts';
import type { OutputFile } from '../../../src/cache/entry.ts';
import { applyChanges } from '../../../src/cache/restore.ts';
import { planStaging } from '../../../src/cache/staging.ts';
import type { Pending } from '../../../src/cache/task-view.ts';
import { readTree } from '../../harness/tree.ts';
import { path } from './sample.ts';
import { worldWith, type World } from './world.ts';

const directoryAt = (at: string, mode = 0o755): OutputFile => ({ kind: 'directory', path: path(at), mode, blind: false });
const linkAt = (at: string): OutputFile => ({ kind: 'link', path: path(at), target: 'x', blind: false });

/** As found: nothing at any of them. */
function missing(outputs: readonly OutputFile[]): Map<WorkspacePath, Pending> {
  return new Map(outputs.map((output) => [output.path, { step: 0, output, made: true, stands: false, found: undefined }]));
}

/** `dist` with a file in each of two directories, gone. */
async function gone(): Promise<{ world: World; outputs: OutputFile[] }> {
  const world = await worldWith({ 'dist/a': 'A', 'dist/sub/b': 'B' });
  const outputs = [directoryAt('dist'), await world.output('dist/a'), directoryAt('dist/sub'), await world.output('dist/sub/b')];
  rmSync(joinPath(world.root, 'dist'), { recursive: true });
  return { world, outputs };
}

test('a directory of which nothing is there waits as one tree, what else there is one by one', () => {
  const outputs = [linkAt('dist/l'), directoryAt('dist'), directoryAt('dist/sub'), directoryAt('there'), linkAt('there/l')];
  const { trees, places, loose } = planStaging(outputs, (at) => at.startsWith('dist'));
  expect(trees).toEqual(['dist']);
  expect([...places]).toEqual([
    ['dist/l', `${loose}-0/l`],
    ['dist', `${loose}-0`],
    ['dist/sub', `${loose}-0/sub`],
    ['there/l', `${loose}/4`],
  ]);
});

test('a tree comes back with names that are not UTF-8, modes that keep others out, and leaves nothing in the scratch directory', async () => {
  const world = await worldWith({});
  const odd = joinPath(world.root, 'dist/\udcff');
  mkdirSync(fsPath(odd), { recursive: true });
  writeFileSync(fsPath(joinPath(odd, 'a')), 'A');
  const outputs = [directoryAt('dist', 0o755), directoryAt('dist/\udcff', 0o500), await world.output('dist/\udcff/a'), linkAt('dist/l')];
  rmSync(joinPath(world.root, 'dist'), { recursive: true });
  await applyChanges('pkg#build', missing(outputs), world.restoring);
  expect(readTree(world.root)).toEqual({ 'dist/\udcff/': '[500]', 'dist/\udcff/a': 'A', 'dist/l': '-> x' });
  expect(readdirSync(world.restoring.scratch)).toEqual([]);
  chmodSync(fsPath(odd), 0o700);
});

test('where a part of a tree has come back meanwhile, the rest is put beside it', async () => {
  const { world, outputs } = await gone();
  const { pool } = world.restoring;
  const stage: typeof pool.stage = async (request) => {
    const answer = await pool.stage(request);
    mkdirSync(joinPath(world.root, 'dist'));
    writeFileSync(joinPath(world.root, 'dist/a'), 'A');
    return answer;
  };
  await applyChanges('pkg#build', missing(outputs), { ...world.restoring, pool: { ...pool, stage } });
  expect(readTree(world.root)).toEqual({ 'dist/a': 'A', 'dist/sub/b': 'B' });
  expect(readdirSync(world.restoring.scratch)).toEqual([]);
});

test('after a fault nothing of a tree is in the workspace or in the scratch directory', async () => {
  const { world, outputs } = await gone();
  rmSync(world.restoring.blobs, { recursive: true });
  expect(await applyChanges('pkg#build', missing(outputs), world.restoring)).toMatchObject({ kind: 'fault', step: 0 });
  expect(existsSync(joinPath(world.root, 'dist'))).toBe(false);
  expect(readdirSync(world.restoring.scratch)).toEqual([]);
});
