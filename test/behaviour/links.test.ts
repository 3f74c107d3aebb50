import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createIgnoringTasks, createTasks } from '../harness/tasks.ts';
import type { Rig } from '../harness/rig.ts';

const modified = (path: string) => ({ code: 'input-changed', path, change: 'modified' });

test('a link that was read counts by its target', async () => {
  const { rig, run } = await linked({ build: 'readlink link' });
  expect((await run()).stdout).toContain('one\n');
  expect((await run()).outcome).toBe('restored');
  relink(rig, 'link', 'two');
  expect((await run()).miss).toEqual({ code: 'link-changed', path: 'link' });
  relink(rig, 'link', 'one');
  expect((await run()).outcome).toBe('restored');
});

test('a link that is gone is a miss', async () => {
  const { rig, run } = await linked({ build: `sh -c 'readlink link; :'` });
  await run();
  await rig.remove('link');
  expect((await run()).miss).toEqual({ code: 'input-changed', path: 'link', change: 'removed' });
});

test('a link that became a file is a miss', async () => {
  const { rig, run } = await linked({ build: 'cat link/a.txt' });
  await run();
  await rig.remove('link');
  await rig.write({ 'link/a.txt': '1' });
  expect((await run()).miss).toEqual({ code: 'link-changed', path: 'link' });
});

test('what was read through a link counts by its own path', async () => {
  const { rig, run } = await linked({ build: 'cat link/a.txt' });
  await run();
  await rig.write({ 'two/a.txt': 'other' });
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'one/a.txt': 'changed' });
  expect((await run()).miss).toEqual(modified('one/a.txt'));
});

test('a link that was passed through counts even where the file behind it is the same', async () => {
  const { rig, run } = await linked({ build: 'cat link/a.txt' });
  await rig.write({ 'two/a.txt': '1' });
  await run();
  relink(rig, 'link', 'two');
  expect((await run()).miss).toEqual({ code: 'link-changed', path: 'link' });
});

test('every link of a chain counts', async () => {
  const { rig, run } = await linked({ build: 'cat chain/a.txt' });
  relink(rig, 'chain', 'link');
  await run();
  expect((await run()).outcome).toBe('restored');
  relink(rig, 'link', 'two');
  expect((await run()).miss).toEqual({ code: 'link-changed', path: 'link' });
  relink(rig, 'chain', 'one');
  expect((await run()).miss).toMatchObject({ code: 'link-changed' });
});

test('names listed through a link count', async () => {
  const { rig, run } = await linked({ build: 'ls link/' });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'one/b.txt': '' });
  expect((await run()).miss).toEqual({ code: 'listing-changed', path: 'one', name: 'b.txt', change: 'added' });
});

test('a file outside the workspace that a link leads to is an input', async () => {
  const { rig, run } = await linked({ build: `sh -c 'cat node_modules/lib/a.txt; ls node_modules/lib; [ -f node_modules/lib/b.txt ]; :'` });
  const outside = linkOutside(rig);
  await run();
  expect((await run()).outcome).toBe('restored');
  writeFileSync(`${outside}/a.txt`, '2');
  expect((await run()).miss).toEqual(modified('../temp/lib/a.txt'));
  writeFileSync(`${outside}/b.txt`, '');
  expect((await run()).miss).toEqual({ code: 'input-changed', path: '../temp/lib/b.txt', change: 'added' });
  rmSync(`${outside}/b.txt`);
  expect((await run()).outcome).toBe('restored');
});

test('what a program loads from outside the workspace through a link is an input', async () => {
  const { rig, run } = await linked({ build: `node -e "require('lib')"` });
  const outside = linkOutside(rig);
  writeFileSync(`${outside}/index.js`, "require('./part')");
  writeFileSync(`${outside}/part.js`, 'console.log(1)');
  await run();
  expect((await run()).outcome).toBe('restored');
  writeFileSync(`${outside}/part.js`, 'console.log(2)');
  expect((await run()).miss).toEqual(modified('../temp/lib/part.js'));
});

test('a link that the step moves while it runs is not mistaken for the place it leads to in the end', async () => {
  const { rig, run } = await linked({ build: `sh -c 'cat link/a.txt; ln -sfn two link; cat link/a.txt; ln -sfn one link'` });
  await run();
  await run();
  await rig.write({ 'two/a.txt': 'changed' });
  expect((await run()).stdout).toContain('changed');
});

describe('a path that was probed before the step made a link of it', () => {
  test.each(['one/a.txt', 'no/such/file'])('is an absence itself, wherever the link leads: %s', async (target) => {
    const { rig, run } = await createIgnoringTasks({ build: `sh -c '[ -e dist ] || ln -s ${target} dist'` }, { 'one/a.txt': '1' });
    expect((await run()).notStored).toBe(undefined);
    await rig.remove('dist');
    expect((await run()).outcome).toBe('restored');
    await rig.remove('dist');
    await rig.write({ dist: 'mine' });
    expect((await run()).miss).toEqual({ code: 'input-changed', path: 'dist', change: 'added' });
    expect(rig.tree()['dist']).toBe('mine');
  });

  test('may be what another kind of thing was in a run before', async () => {
    const build = 'rm -rf out; if [ -s a.txt ]; then mkdir out; else ln -s a.txt out; fi';
    const { rig, run } = await createTasks({ build: 'sh build.sh' }, { 'build.sh': build, 'a.txt': 'A' });
    await run();
    await rig.write({ 'a.txt': '' });
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
  });

  test('is a way to an input once the link is there', async () => {
    const { rig, run } = await createTasks({ build: `sh -c '[ -e link2 ] || ln -s one link2; cat link2/a.txt'` }, { 'one/a.txt': '1' });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'one/a.txt': '2' });
    expect((await run()).miss).toEqual(modified('one/a.txt'));
  });
});

async function linked(tasks: Record<string, string>) {
  const { rig, run } = await createTasks(tasks, { 'one/a.txt': '1', 'two/a.txt': '2' });
  symlinkSync('one', rig.path('link'));
  return { rig, run };
}

function relink(rig: Rig, path: string, target: string): void {
  rmSync(rig.path(path), { force: true });
  symlinkSync(target, rig.path(path));
}

/** A package beside the workspace, as `link:../temp/lib` installs it. */
function linkOutside(rig: Rig): string {
  const outside = `${rig.temp}/lib`;
  mkdirSync(outside);
  mkdirSync(rig.path('node_modules'));
  writeFileSync(`${outside}/a.txt`, '1');
  symlinkSync('../../temp/lib', rig.path('node_modules/lib'));
  return outside;
}
