import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stampOf } from '../../../src/base/files.ts';
import { joinPath } from '../../../src/base/path.ts';
import type { OutputFile } from '../../../src/cache/entry.ts';
import { isFault } from '../../../src/cache/fault.ts';
import { applyChanges, type RestoreWorld } from '../../../src/cache/restore.ts';
import type { Pending } from '../../../src/cache/task-view.ts';
import { readTree } from '../../harness/tree.ts';
import { path } from './sample.ts';
import { worldWith, type World } from './world.ts';

/** `dist/a` is to come back and `dist/old` to go. */
async function planned(): Promise<{ world: World; changes: Map<ReturnType<typeof path>, Pending> }> {
  const world = await worldWith({ 'dist/a': 'A', 'dist/old': 'old' });
  const output: OutputFile = await world.output('dist/a');
  rmSync(joinPath(world.root, 'dist/a'));
  const changes = new Map<ReturnType<typeof path>, Pending>();
  changes.set(output.path, { step: 0, output, made: true, stands: false, found: undefined });
  changes.set(path('dist/old'), { step: 0, removed: true, found: stampOf(joinPath(world.root, 'dist/old')) });
  return { world, changes };
}

/** As `world.restoring`, with something that happens once the files are unpacked. */
function interrupted({ restoring }: World, meanwhile: () => Promise<void>): RestoreWorld {
  const { pool } = restoring;
  const stage: typeof pool.stage = async (request) => {
    const answer = await pool.stage(request);
    await meanwhile();
    return answer;
  };
  return { ...restoring, pool: { ...pool, stage } };
}

test('two runs that restore the same are in nobody’s way', async () => {
  const { world, changes } = await planned();
  const other = async () => void (await applyChanges('other', changes, world.restoring));
  const restored = await applyChanges('pkg#build', changes, interrupted(world, other));
  expect(isFault(restored)).toBe(false);
  expect(readTree(world.root)).toEqual({ 'dist/a': 'A' });
});

test('what somebody else puts there meanwhile is left alone', async () => {
  const { world, changes } = await planned();
  const edit = async () => {
    mkdirSync(joinPath(world.root, 'dist'), { recursive: true });
    writeFileSync(joinPath(world.root, 'dist/a'), 'mine');
  };
  const restored = await applyChanges('pkg#build', changes, interrupted(world, edit));
  expect(restored).toMatchObject({ kind: 'fault', step: 0 });
  expect(readTree(world.root)).toEqual({ 'dist/a': 'mine', 'dist/old': 'old' });
});
