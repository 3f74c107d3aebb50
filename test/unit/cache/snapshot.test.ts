import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath } from '../../../src/base/path.ts';
import { declaredInputs } from '../../../src/cache/snapshot.ts';
import type { ReadyStep } from '../../../src/plan/planned.ts';
import { sampleStep } from './sample.ts';
import { worldWith, type World } from './world.ts';

async function declared(world: World, include: readonly string[]) {
  const sample = sampleStep();
  if (sample.caching.kind !== 'cached') throw new Error('the sample is cached');
  const step = { ...sample, caching: { ...sample.caching, input: { auto: false, include, exclude: [] } } };
  return declaredInputs({ step } as unknown as ReadyStep, await world.view(step));
}

test('declared inputs are the files that the globs match, but for own work and state of tools', async () => {
  const world = await worldWith({ 'src/a': '', 'src/b': '', 'src/own': '', 'src/.eslintcache': '', other: '' });
  await world.own(sampleStep(), ['src/own']);
  expect((await declared(world, ['src/**']))?.map(({ path }) => path)).toEqual(['src/a', 'src/b']);
});

test('a declared link counts by its target and by the file behind it', async () => {
  const world = await worldWith({ shared: 'A', same: 'A' });
  const link = joinPath(world.root, 'link');
  const digests: unknown[] = [];
  const look = async () => digests.push((await declared(world, ['link']))?.[0]?.digest);
  symlinkSync('shared', link);
  await look();
  writeFileSync(joinPath(world.root, 'shared'), 'B');
  await look();
  rmSync(link);
  symlinkSync('same', link);
  await look();
  rmSync(joinPath(world.root, 'same'));
  await look();
  expect(digests).not.toContain(undefined);
  expect(new Set(digests).size).toBe(4);
});

test('without declared globs there are no declared inputs, and without matches an empty list', async () => {
  const world = await worldWith({});
  expect(await declared(world, ['nothing/**'])).toEqual([]);
  expect(await declaredInputs({ step: sampleStep() } as unknown as ReadyStep, await world.view(sampleStep()))).toBe(undefined);
});
