import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { joinPath } from '../../../src/base/path.ts';
import type { OutputFile } from '../../../src/cache/entry.ts';
import type { TaskView } from '../../../src/cache/task-view.ts';
import { outputFile, path, sampleStep } from './sample.ts';
import { worldWith } from './world.ts';

const [first, second, third] = [sampleStep(0), sampleStep(1), sampleStep(2)];
const planOutput = (view: TaskView, output: OutputFile, step = 0) =>
  view.plan(output.path, { step, output, made: true, stands: false, found: undefined });
const planRemoval = (view: TaskView, at: string) => view.plan(path(at), { step: 0, removed: true, found: undefined });
const shown = (names: ReturnType<TaskView['names']>) => names?.map(({ name, kind }) => kind + name).sort();

describe('what a task owns', () => {
  test('is what its steps claimed and what still has those bytes', async () => {
    const world = await worldWith({ a: 'A', b: 'B', c: 'C', d: 'D' });
    await world.own(first, ['a', 'b']);
    await world.own(second, ['c']);
    await world.own(sampleStep(0, 'pkg#other'), ['d']);
    writeFileSync(joinPath(world.root, 'b'), 'edited');
    const view = await world.view(first);
    expect([...view.own].map(([at, { index }]) => [at, index])).toEqual([
      ['a', 0],
      ['c', 1],
    ]);
  });

  test('is known anew after it is said to be outdated', async () => {
    const world = await worldWith({ a: 'A' });
    await world.own(first, ['a']);
    const view = await world.view(first);
    rmSync(joinPath(world.root, 'a'));
    view.outdate();
    await view.upToDate();
    expect([...view.own.keys()]).toEqual([]);
  });
});

describe('left over, as far as a step is concerned,', () => {
  test('is what it or a later step of its task made', async () => {
    const world = await worldWith({ a: '', b: '', c: '', d: '' });
    await world.own(first, ['a']);
    await world.own(second, ['b']);
    await world.own(third, ['c']);
    const view = await world.view(first);
    expect(['a', 'b', 'c', 'd'].map((at) => view.isLeftOver(path(at), 1))).toEqual([false, true, true, false]);
  });

  test('is a directory with nothing else in it', async () => {
    const world = await worldWith({ 'd/e/own': '', 'f/own': '', 'f/mine': '' });
    mkdirSync(joinPath(world.root, 'empty'));
    await world.own(first, ['d/e/own', 'f/own']);
    const view = await world.view(first);
    expect(['d', 'd/e', 'f', 'empty', ''].map((at) => view.isLeftOver(path(at), 0))).toEqual([true, true, false, false, false]);
  });

  test('is no directory of its own that holds a user’s file', async () => {
    const world = await worldWith({ 'd/own': '', 'd/s/mine': '' });
    await world.own(first, ['d', 'd/own']);
    const view = await world.view(first);
    expect([view.isLeftOver(path('d'), 0), view.isLeftOver(path('d/own'), 0)]).toEqual([false, true]);
  });

  test('stays what it was when it is frozen', async () => {
    const world = await worldWith({ 'd/own': '' });
    await world.own(first, ['d/own']);
    const view = await world.view(first);
    const wasLeftOver = view.freezeLeftOvers(0);
    rmSync(joinPath(world.root, 'd'), { recursive: true });
    await view.refresh();
    expect([wasLeftOver(path('d')), wasLeftOver(path('d/own')), view.isLeftOver(path('d/own'), 0)]).toEqual([true, true, false]);
  });

  test('can be asked for at or below a path', async () => {
    const world = await worldWith({ 'd/a': '', 'd/b': '', dx: '' });
    await world.own(first, ['d/a', 'dx']);
    await world.own(second, ['d/b']);
    const view = await world.view(first);
    expect([view.leftOversAt(path('d'), 1), view.leftOversAt(path('d'), 0).sort()]).toEqual([['d/b'], ['d/a', 'd/b']]);
    expect(view.leftOversAt(path('nowhere'), 0)).toEqual([]);
  });
});

describe('what is planned', () => {
  test('is seen as if it were done', async () => {
    const world = await worldWith({ a: 'A' });
    const view = await world.view(first);
    planOutput(view, outputFile('b', 'B'));
    planRemoval(view, 'a');
    const states = await view.read([path('a'), path('b')]);
    expect([...states].map(([at, { kind }]) => [at, kind]).sort()).toEqual([
      ['a', 'absent'],
      ['b', 'file'],
    ]);
  });

  test('is its step’s own', async () => {
    const world = await worldWith({ a: 'A' });
    await world.own(second, ['a']);
    const view = await world.view(first);
    planOutput(view, outputFile('b', 'B'), 1);
    expect([view.ownerIndex(path('a')), view.ownerIndex(path('b'))]).toEqual([1, 1]);
    expect([view.isLeftOver(path('b'), 1), view.isLeftOver(path('b'), 2)]).toEqual([true, false]);
    planRemoval(view, 'a');
    expect(view.ownerIndex(path('a'))).toBe(undefined);
  });

  test('changes the names of directories', async () => {
    const world = await worldWith({ 'd/a': '', 'd/b': '' });
    const view = await world.view(first);
    planRemoval(view, 'd/a');
    planOutput(view, { kind: 'directory', path: path('d/new'), mode: 0o755, blind: false });
    expect(shown(view.names(path('d')))).toEqual(['dnew', 'fb']);
  });

  test('makes directories and takes them away', async () => {
    const world = await worldWith({ 'd/a': '' });
    const view = await world.view(first);
    planRemoval(view, 'd/a');
    planRemoval(view, 'd');
    planOutput(view, { kind: 'directory', path: path('e'), mode: 0o755, blind: false });
    expect([view.names(path('d')), view.names(path('e')), view.names(path('f'))]).toEqual([undefined, [], undefined]);
  });

  test('is forgotten', async () => {
    const world = await worldWith({ a: 'A' });
    const view = await world.view(first);
    planRemoval(view, 'a');
    view.forget();
    expect(shown(view.names(path('')))).toEqual(['fa']);
  });
});
