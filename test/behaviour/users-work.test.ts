import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createIgnoringTasks, createTasks } from '../harness/tasks.ts';

/** Makes of each file in `src` one in `dist`, without a look at what is there. */
const mirror = `mkdir -p dist; for f in src/*; do cat "$f" > "dist/$(basename "$f")"; done`;

describe("a user's work", () => {
  const files = { 'build.sh': mirror, 'src/a': 'A' };

  test('in an output is overwritten where git ignores it and the command would not have looked either', async () => {
    const { rig, run } = await createIgnoringTasks({ build: 'sh build.sh' }, files);
    await run();
    await rig.write({ 'dist/a': 'edited' });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ a: 'A' });
  });

  test('in an output is in the way where git does not ignore it', async () => {
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, files);
    await run();
    await rig.write({ 'dist/a': 'edited' });
    expect(await run()).toMatchObject({ outcome: 'executed', miss: { code: 'in-the-way', path: 'dist/a' } });
  });

  test('beside the outputs stays, from state to state', async () => {
    const { rig, run } = await createIgnoringTasks({ build: 'sh build.sh' }, files);
    await run();
    await rig.write({ 'src/b': 'B', 'dist/mine': 'mine' });
    await run();
    await rig.remove('src/b');
    await run();
    await rig.remove('src/a');
    await run();
    expect(rig.tree('dist')['mine']).toBe('mine');
  });

  test('stays where an output was that the restored state does not have', async () => {
    const { rig, run } = await createIgnoringTasks({ build: 'sh build.sh' }, files);
    await run();
    await rig.write({ 'src/b': 'B' });
    await run();
    await rig.remove('src/b');
    await rig.write({ 'dist/b': 'mine' });
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ a: 'A', b: 'mine' });
  });

  test('that was there before the task first ran is never removed', async () => {
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { ...files, 'dist/b': 'mine' });
    await run();
    await rig.write({ 'src/b': 'B' });
    await run();
    await rig.remove('src/b');
    await run();
    expect(Object.keys(rig.tree('dist'))).toEqual(['a', 'b']);
  });

  test('in a directory that stands where a file shall be is in the way', async () => {
    const { rig, run } = await createIgnoringTasks(
      { build: `sh -c 'mkdir -p dist; cat a.txt > dist/out 2>/dev/null || true'` },
      { 'a.txt': 'A' },
    );
    await run();
    await rig.remove('dist/out');
    await rig.write({ 'dist/out/mine': 'mine' });
    expect((await run()).miss).toEqual({ code: 'in-the-way', path: 'dist/out' });
    expect(rig.tree('dist')).toEqual({ 'out/mine': 'mine' });
  });

  test.each(['../temp/elsewhere', 'elsewhere'])('behind a link that replaced the output directory is left alone: %s', async (target) => {
    const { rig, run } = await createIgnoringTasks({ build: `sh -c 'cat a.txt > dist/out'` }, { 'a.txt': 'A', 'dist/keep': '' });
    await run();
    mkdirSync(rig.path(target));
    rmSync(rig.path('dist'), { recursive: true });
    symlinkSync(target, rig.path('dist'));
    expect((await run()).miss).toMatchObject({ code: 'in-the-way', path: 'dist' });
  });

  test('behind a link is left alone by removals, too', async () => {
    const { rig, run } = await createIgnoringTasks({ build: 'sh build.sh' }, files);
    await rig.write({ 'src/b': 'B' });
    await run();
    await rig.remove('src/b');
    await run();
    await rig.write({ 'src/b': 'B' });
    await run();
    renameSync(rig.path('dist'), rig.path('moved'));
    symlinkSync('moved', rig.path('dist'));
    await rig.remove('src/b');
    await run();
    expect(readdirSync(rig.path('moved'))).toEqual(['a', 'b']);
  });
});
