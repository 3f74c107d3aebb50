import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stampOf } from '../../../src/base/files.ts';
import { joinPath } from '../../../src/base/path.ts';
import type { OutputFile } from '../../../src/cache/entry.ts';
import { applyChanges } from '../../../src/cache/restore.ts';
import type { Pending } from '../../../src/cache/task-view.ts';
import { readTree } from '../../harness/tree.ts';
import { directoryWith } from '../../harness/files.ts';
import { path } from './sample.ts';
import { textAt, worldWith, type World } from './world.ts';

const directoryAt = (at: string, mode = 0o755): OutputFile => ({ kind: 'directory', path: path(at), mode, blind: false });
const linkAt = (at: string, target: string): OutputFile => ({ kind: 'link', path: path(at), target, blind: false });

/** What is on disk now is what the plan found. */
function changesFor(world: World, outputs: readonly OutputFile[], removed: readonly string[] = []): Map<ReturnType<typeof path>, Pending> {
  const found = (at: string) => stampOf(joinPath(world.root, at));
  const changes = new Map<ReturnType<typeof path>, Pending>();
  for (const at of removed) changes.set(path(at), { step: 0, removed: true, found: found(at) });
  for (const output of outputs) changes.set(output.path, { step: 1, output, made: true, stands: false, found: found(output.path) });
  return changes;
}

function apply(world: World, outputs: readonly OutputFile[], removed: readonly string[] = []) {
  return applyChanges('pkg#build', changesFor(world, outputs, removed), world.restoring);
}

describe('restoring', () => {
  test('brings back files, modes, directories and links', async () => {
    const world = await worldWith({ 'dist/a': 'A', 'dist/bin': '#!x', src: '' });
    const outputs = [await world.output('dist/a'), await world.output('dist/bin')];
    rmSync(joinPath(world.root, 'dist'), { recursive: true });
    const restored = await apply(world, [...outputs, directoryAt('dist/empty', 0o700), directoryAt('dist'), linkAt('dist/l', '\0src')]);
    expect(readTree(joinPath(world.root, 'dist'))).toEqual({
      a: 'A',
      bin: '[755] #!x',
      'empty/': '[700]',
      l: `-> ${world.root}/src`,
    });
    expect(restored).toMatchObject({ written: new Map([[1, 3]]), removed: new Map() });
  });

  test('does not touch what is right already', async () => {
    const world = await worldWith({ 'dist/a': 'A' });
    const before = ['dist', 'dist/a'].map((at) => stampOf(joinPath(world.root, at)));
    expect(await apply(world, [await world.output('dist/a'), directoryAt('dist')])).toEqual({
      written: new Map(),
      removed: new Map(),
      touched: new Set(),
    });
    expect(['dist', 'dist/a'].map((at) => stampOf(joinPath(world.root, at)))).toEqual(before);
  });

  test('removes what is below before what is above', async () => {
    const world = await worldWith({ 'd/e/f': '' });
    expect(await apply(world, [], ['d', 'd/e', 'd/e/f'])).toEqual({
      written: new Map(),
      removed: new Map([[0, 1]]),
      touched: new Set(['d/e/f']),
    });
    expect(readdirSync(world.root)).toEqual([]);
  });

  test('keeps a directory in which something is left', async () => {
    const world = await worldWith({ 'd/own': '', 'd/mine': '' });
    await apply(world, [], ['d', 'd/own']);
    expect(readTree(world.root)).toEqual({ 'd/mine': '' });
  });

  test('makes a directory of a file, a file of a directory and of a link', async () => {
    const world = await worldWith({ a: 'A', b: 'B', 'c/x': '' });
    const outputs = [await world.output('a'), await world.output('b')];
    rmSync(joinPath(world.root, 'a'));
    rmSync(joinPath(world.root, 'b'));
    mkdirSync(joinPath(world.root, 'a'));
    symlinkSync('c', joinPath(world.root, 'b'));
    writeFileSync(joinPath(world.root, 'd'), '');
    await apply(world, [...outputs, directoryAt('d')]);
    expect(readTree(world.root)).toEqual({ a: 'A', b: 'B', 'c/x': '', 'd/': '' });
  });

  test('puts files into a directory that is not to be written later', async () => {
    const world = await worldWith({ 'd/a': 'A' });
    const output = await world.output('d/a');
    rmSync(joinPath(world.root, 'd'), { recursive: true });
    await apply(world, [directoryAt('d', 0o555), output]);
    expect([textAt(world, 'd/a'), statSync(joinPath(world.root, 'd')).mode & 0o777]).toEqual(['A', 0o555]);
    chmodSync(joinPath(world.root, 'd'), 0o755);
  });

  test('replaces a link to a directory, not what is in the directory', async () => {
    const world = await worldWith({ 'old/x': '1', 'new/x': '2' });
    symlinkSync('old', joinPath(world.root, 'current'));
    await apply(world, [linkAt('current', 'new')]);
    expect(readTree(world.root)).toEqual({ current: '-> new', 'old/x': '1', 'new/x': '2' });
  });

  test('works where the cache is on another file system', async ({ skip }) => {
    const shared = '/dev/shm';
    const world = await worldWith({ a: 'A', bin: '#!x' });
    skip(!existsSync(shared) || statSync(shared).dev === statSync(world.root).dev, 'there is one file system here');
    const outputs = [await world.output('a'), await world.output('bin'), linkAt('l', 'a')];
    for (const name of ['a', 'bin']) rmSync(joinPath(world.root, name));
    const scratch = joinPath(shared as typeof world.root, `reprise-${process.pid}-scratch`);
    await applyChanges('pkg#build', changesFor(world, outputs), { ...world.restoring, scratch });
    expect(readTree(world.root)).toEqual({ a: 'A', bin: '[755] #!x', l: '-> a' });
    rmSync(scratch, { recursive: true });
  });

  test('leaves nothing beside its outputs, nor in its scratch directory', async () => {
    const world = await worldWith({ a: 'A' });
    const output = await world.output('a');
    writeFileSync(joinPath(world.root, 'a'), 'B');
    await apply(world, [output, linkAt('l', 'a')]);
    expect(readdirSync(world.root).sort()).toEqual(['a', 'l']);
    expect(readdirSync(world.restoring.scratch)).toEqual([]);
  });
});

describe('a fault', () => {
  test('in a blob names its step and leaves the workspace as it is', async () => {
    const world = await worldWith({ a: 'A', b: 'B', old: '' });
    const outputs = [await world.output('a'), await world.output('b')];
    writeFileSync(joinPath(world.root, 'a'), 'own');
    writeFileSync(joinPath(world.root, 'b'), 'own');
    rmSync(world.restoring.blobs, { recursive: true });
    expect(await apply(world, [...outputs, directoryAt('new')], ['old'])).toMatchObject({ kind: 'fault', step: 1 });
    expect(readTree(world.root)).toEqual({ a: 'own', b: 'own', old: '' });
  });

  test('is what somebody wrote since the plan was made, and it stays', async () => {
    const world = await worldWith({ a: 'A', old: 'own' });
    const output = await world.output('a');
    rmSync(joinPath(world.root, 'a'));
    const changes = changesFor(world, [output], ['old']);
    writeFileSync(joinPath(world.root, 'a'), 'mine');
    expect(await applyChanges('pkg#build', changes, world.restoring)).toMatchObject({ kind: 'fault', step: 1 });
    writeFileSync(joinPath(world.root, 'old'), 'mine');
    rmSync(joinPath(world.root, 'a'));
    expect(await applyChanges('pkg#build', changes, world.restoring)).toMatchObject({ kind: 'fault', step: 0 });
    expect(readTree(world.root)).toEqual({ old: 'mine' });
  });

  test('is a link that came up above an output, and what is behind it stays', async () => {
    const world = await worldWith({ 'dist/a': 'A' });
    const elsewhere = directoryWith({ x: '' });
    const output = await world.output('dist/a');
    rmSync(joinPath(world.root, 'dist'), { recursive: true });
    const changes = changesFor(world, [output]);
    symlinkSync(elsewhere, joinPath(world.root, 'dist'));
    expect(await applyChanges('pkg#build', changes, world.restoring)).toMatchObject({ kind: 'fault', step: 1 });
    expect(readTree(elsewhere)).toEqual({ x: '' });
  });

  test('is a scratch directory that cannot be made', async () => {
    const world = await worldWith({ a: 'A', file: '' });
    const output = await world.output('a');
    rmSync(joinPath(world.root, 'a'));
    const restoring = { ...world.restoring, scratch: joinPath(world.root, 'file/scratch') };
    expect(await applyChanges('pkg#build', changesFor(world, [output]), restoring)).toMatchObject({ kind: 'fault' });
    expect(readTree(world.root)).toEqual({ file: '' });
  });
});
