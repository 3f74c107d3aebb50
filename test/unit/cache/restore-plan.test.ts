import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { joinPath } from '../../../src/base/path.ts';
import type { OutputFile } from '../../../src/cache/entry.ts';
import { planRestore, type RestorePlan } from '../../../src/cache/restore-plan.ts';
import type { PlannedStep } from '../../../src/plan/planned.ts';
import { digest, input, noInputs, outputFile, path, sampleEntry, sampleStep } from './sample.ts';
import { worldWith, type World } from './world.ts';

const ignoring = (...names: string[]) => ({ isIgnored: (at: string) => names.includes(at) });
const step = sampleStep(1);
const blind = { blind: true };
const directoryAt = (at: string, over = {}): OutputFile => ({ kind: 'directory', path: path(at), mode: 0o755, blind: false, ...over });
const linkAt = (at: string, over = {}): OutputFile => ({ kind: 'link', path: path(at), target: 'x', blind: false, ...over });

async function planned(world: World, outputs: readonly OutputFile[], over = {}, git = ignoring()): Promise<RestorePlan> {
  return planRestore(step, sampleEntry('e', { outputs, ...over }), await world.view(step), git);
}

/** What would be removed, `-`, and what would stand, `+` (`=`: does already). */
function shown(plan: RestorePlan): string[] {
  if (plan.kind === 'in-the-way') return [`in the way: ${plan.path}`];
  return [...plan.changes].map(([at, change]) => ('removed' in change ? '- ' : change.stands ? '= ' : '+ ') + at).sort();
}

describe('a hit', () => {
  test('writes what is not there', async () => {
    expect(shown(await planned(await worldWith({}), [outputFile('dist/a', 'A')]))).toEqual(['+ dist/a']);
  });

  test('leaves what is right already', async () => {
    const world = await worldWith({ 'dist/a': 'A' });
    expect(shown(await planned(world, [await world.output('dist/a'), directoryAt('dist')]))).toEqual(['= dist', '= dist/a']);
  });

  test('replaces what its task owns', async () => {
    const world = await worldWith({ a: 'A', b: 'B' });
    await world.own(sampleStep(0), ['a']);
    await world.own(sampleStep(1), ['b']);
    expect(shown(await planned(world, [outputFile('a', 'new'), linkAt('b')]))).toEqual(['+ a', '+ b']);
  });

  test('removes what its step owns and the entry does not have', async () => {
    const world = await worldWith({ 'dist/a': 'A', 'dist/b': 'B', 'dist/later': 'C' });
    await world.own(step, ['dist/a', 'dist/b']);
    await world.own(sampleStep(2), ['dist/later']);
    expect(shown(await planned(world, [await world.output('dist/a')]))).toEqual(['- dist/b', '= dist/a']);
  });

  test('leaves alone what its recorded run said to be no output, unless the task names it', async () => {
    const world = await worldWith({ 'dist/a': 'A', 'cache/a': 'A', 'cache/b/c': 'C' });
    await world.own(step, ['dist/a', 'cache', 'cache/a', 'cache/b/c']);
    const over = { ignoredOutputs: [path('cache')], removals: [path('cache/b')] };
    expect(shown(await planned(world, [], over))).toEqual(['- dist/a']);
    const named = { ...step, caching: { ...step.caching, output: { auto: true, include: ['cache/a'], exclude: [] } } } as PlannedStep;
    const plan = await planRestore(named, sampleEntry('e', over), await world.view(named), ignoring());
    expect(shown(plan)).toEqual(['- cache/a', '- dist/a']);
  });

  test('removes nothing that was there before its step', async () => {
    const world = await worldWith({ a: 'A' });
    await world.own(step, [], ['a']);
    expect(shown(await planned(world, []))).toEqual([]);
  });

  test('removes nothing that somebody has edited', async () => {
    const world = await worldWith({ a: 'A' });
    await world.own(step, ['a']);
    writeFileSync(joinPath(world.root, 'a'), 'edited');
    expect(shown(await planned(world, []))).toEqual([]);
  });

  test('removes what a later step left where the recorded run found nothing', async () => {
    const world = await worldWith({ 'dist/a': 'A', 'dist/mine': '' });
    await world.own(sampleStep(2), ['dist/a']);
    const fingerprint = { ...noInputs, absences: [path('dist')] };
    expect(shown(await planned(world, [], { fingerprint }))).toEqual(['- dist/a']);
  });

  test('removes what the recorded run removed of its task', async () => {
    const world = await worldWith({ 'tmp/a': 'A', 'tmp/mine': '' });
    await world.own(sampleStep(0), ['tmp/a']);
    expect(shown(await planned(world, [], { removals: [path('tmp')] }))).toEqual(['- tmp/a']);
  });
});

describe('in the way of a hit is', () => {
  test('a file that somebody else wrote', async () => {
    expect(shown(await planned(await worldWith({ a: 'mine' }), [outputFile('a', 'A')]))).toEqual(['in the way: a']);
  });

  test('an own file that somebody has edited', async () => {
    const world = await worldWith({ a: 'A' });
    await world.own(step, ['a']);
    writeFileSync(joinPath(world.root, 'a'), 'edited');
    expect(shown(await planned(world, [outputFile('a', 'B')]))).toEqual(['in the way: a']);
  });

  test('no file with these very bytes and another mode', async () => {
    const world = await worldWith({ a: 'A' });
    const output = await world.output('a');
    expect(shown(await planned(world, [{ ...output, mode: 0o755 } as OutputFile]))).toEqual(['+ a']);
  });

  test('no git-ignored file that the recorded run overwrote without looking', async () => {
    const world = await worldWith({ a: 'mine' });
    expect(shown(await planned(world, [outputFile('a', 'A', blind)], {}, ignoring('a')))).toEqual(['+ a']);
    expect(shown(await planned(world, [outputFile('a', 'A', blind)]))).toEqual(['in the way: a']);
    expect(shown(await planned(world, [outputFile('a', 'A')], {}, ignoring('a')))).toEqual(['in the way: a']);
  });

  test('no git-ignored file with the bytes that the recorded run found there', async () => {
    const world = await worldWith({ a: 'before' });
    const [state] = [...(await world.states.read(['a'])).values()];
    const found = state?.kind === 'file' ? state.digest : digest('none');
    const fingerprint = { ...noInputs, files: [{ ...input('a'), digest: found }] };
    expect(shown(await planned(world, [outputFile('a', 'after')], { fingerprint }, ignoring('a')))).toEqual(['+ a']);
  });

  test('a git-ignored file where the recorded run made a directory or a link', async () => {
    const world = await worldWith({ a: 'mine' });
    expect(shown(await planned(world, [directoryAt('a', blind)], {}, ignoring('a')))).toEqual(['in the way: a']);
    expect(shown(await planned(world, [linkAt('a', blind)], {}, ignoring('a')))).toEqual(['in the way: a']);
  });

  test('a git-ignored link where the recorded run wrote a file', async () => {
    const world = await worldWith({ mine: '' });
    symlinkSync('mine', joinPath(world.root, 'a'));
    expect(shown(await planned(world, [outputFile('a', 'A', blind)], {}, ignoring('a')))).toEqual(['in the way: a']);
    expect(shown(await planned(world, [linkAt('a', blind)], {}, ignoring('a')))).toEqual(['+ a']);
  });

  test('a directory with something in it', async () => {
    const world = await worldWith({ 'a/mine': '' });
    expect(shown(await planned(world, [outputFile('a', 'A', blind)], {}, ignoring('a', 'a/mine')))).toEqual(['in the way: a']);
  });

  test('no directory with nothing in it, or nothing that stays', async () => {
    const world = await worldWith({ 'b/own': 'B', 'b/c/own': 'C' });
    mkdirSync(joinPath(world.root, 'a'));
    await world.own(step, ['b/own', 'b/c', 'b/c/own']);
    expect(shown(await planned(world, [outputFile('a', 'A'), outputFile('b', 'B')]))).toEqual([
      '+ a',
      '+ b',
      '- b/c',
      '- b/c/own',
      '- b/own',
    ]);
  });

  test('a directory in which something of the task stays', async () => {
    const world = await worldWith({ 'b/own': 'B' });
    await world.own(step, [], ['b/own']);
    expect(shown(await planned(world, [outputFile('b', 'B')]))).toEqual(['in the way: b']);
  });

  test('a link above an output', async () => {
    const world = await worldWith({ 'elsewhere/x': '' });
    symlinkSync('elsewhere', joinPath(world.root, 'dist'));
    expect(shown(await planned(world, [outputFile('dist/sub/a', 'A')]))).toEqual(['in the way: dist']);
  });

  test('no own link above an output that the entry does not have', async () => {
    const world = await worldWith({ 'elsewhere/x': '' });
    symlinkSync('elsewhere', joinPath(world.root, 'dist'));
    await world.own(step, ['dist']);
    expect(shown(await planned(world, [outputFile('dist/a', 'A')]))).toEqual(['+ dist/a', '- dist']);
  });

  test('a file above an output', async () => {
    expect(shown(await planned(await worldWith({ dist: '' }), [outputFile('dist/a', 'A')]))).toEqual(['in the way: dist']);
  });
});

test('what is planned over a plan rests on what is on disk', async () => {
  const world = await worldWith({ a: 'A' });
  await world.own(sampleStep(0), ['a']);
  const view = await world.view(step);
  const first = await planRestore(sampleStep(0), sampleEntry('e', { outputs: [outputFile('a', 'B')] }), view, ignoring());
  if (first.kind === 'possible') for (const [at, change] of first.changes) view.plan(at, change);
  rmSync(joinPath(world.root, 'a'));
  const second = await planRestore(step, sampleEntry('e', { outputs: [outputFile('a', 'C')] }), view, ignoring());
  expect(second).toMatchObject({ kind: 'possible' });
  const stamps = [first, second].map((plan) => plan.kind === 'possible' && plan.changes.get(path('a'))?.found);
  expect(stamps[0]).toMatchObject({ size: 1 });
  expect(stamps[1]).toBe(stamps[0]);
});
