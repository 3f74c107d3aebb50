import { chmod, utimes } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createCases } from '../harness/cases.ts';
import { createTasks } from '../harness/tasks.ts';

const modified = (path: string) => ({ code: 'input-changed', path, change: 'modified' });

test('a file is an input however it was looked at', async () => {
  const cases = await createCases(
    {
      read: 'cat a.txt',
      'read by a child of a child': `sh -c "sh -c 'cat a.txt; :'; :"`,
      'read by node': `node -p "require('fs').readFileSync('a.txt', 'utf8')"`,
      'read through another path to it': 'sh -c "cd sub && cat ../sub/.././a.txt"',
      'read through a directory of /proc': 'cat /proc/self/cwd/a.txt',
      'read through a descriptor': `sh -c 'exec 3< a.txt; cat /dev/fd/3'`,
      'looked at': 'test -s a.txt',
      'looked at by a shell': `sh -c '[ -f a.txt ]; :'`,
      executed: 'sh -c ./a.txt',
      'opened for writing, and left as it was': `sh -c ': >> a.txt'`,
      'given the mode that it had': 'chmod 755 a.txt',
      copied: 'cp a.txt b.txt',
      'hard linked': 'ln -f a.txt b.txt',
    },
    { 'a.txt': '#!/bin/sh\n', 'sub/c.txt': '' },
  );
  for (const index of [8, 10]) await chmod(cases.rig.path(`case-${index}/a.txt`), 0o755);
  expect(await cases.run()).toMatchObject(cases.all({ notStored: undefined }));
  expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
  await cases.write({ 'a.txt': '#!/bin/sh\n:\n' });
  expect(await cases.run()).toMatchObject(cases.all({ miss: modified('a.txt') }));
});

test('an input that is changed back hits', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt' }, { 'a.txt': 'A' });
  await run();
  await rig.write({ 'a.txt': 'B' });
  expect((await run()).stdout).toContain('B');
  await rig.write({ 'a.txt': 'A' });
  expect(await run()).toMatchObject({ outcome: 'restored', stdout: expect.stringContaining('A') });
});

test('a file that was not looked at does not count', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt' }, { 'a.txt': 'A', 'b.txt': 'B' });
  await run();
  await rig.write({ 'b.txt': 'B2', 'c.txt': 'C' });
  expect((await run()).outcome).toBe('restored');
});

test('times do not count', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt' }, { 'a.txt': 'A' });
  await run();
  await utimes(rig.path('a.txt'), 1, 1);
  expect((await run()).outcome).toBe('restored');
});

test('of the mode only the execute bit of the owner counts', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt' }, { 'a.txt': 'A' });
  await run();
  await chmod(rig.path('a.txt'), 0o677);
  expect((await run()).outcome).toBe('restored');
  await chmod(rig.path('a.txt'), 0o744);
  expect((await run()).miss).toEqual({ code: 'mode-changed', path: 'a.txt' });
});

test('an input that is gone is a miss', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'cat a.txt; :'` }, { 'a.txt': 'A' });
  await run();
  await rig.remove('a.txt');
  expect((await run()).miss).toEqual({ code: 'input-changed', path: 'a.txt', change: 'removed' });
  await rig.write({ 'a.txt': 'A' });
  expect((await run()).outcome).toBe('restored');
});

test('an input that became a directory is a miss', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'cat a.txt; :'` }, { 'a.txt': 'A' });
  await run();
  await rig.remove('a.txt');
  await rig.write({ 'a.txt/b.txt': 'A' });
  expect((await run()).miss).toEqual(modified('a.txt'));
});

test('a change that keeps the size and the times is a miss', async () => {
  const { rig, run } = await createTasks({ build: 'cat a.txt' }, { 'a.txt': 'A' });
  await utimes(rig.path('a.txt'), 1, 1);
  await run();
  await rig.write({ 'a.txt': 'B' });
  await utimes(rig.path('a.txt'), 1, 1);
  expect((await run()).miss).toEqual(modified('a.txt'));
});

test('what a failed command looked at is not kept', async () => {
  const { run } = await createTasks({ build: 'cat a.txt missing.txt' }, { 'a.txt': 'A' });
  expect(await run()).toMatchObject({ outcome: 'failed', exitCode: 1, notStored: undefined });
  expect((await run()).miss).toEqual({ code: 'first-run' });
});

test('what lies in the cache of a tool does not count', async () => {
  const build = `sh -c 'cat a.txt node_modules/.cache/tool/state .eslintcache; echo $$ > .eslintcache'`;
  const { rig, run } = await createTasks({ build }, { 'a.txt': 'A', 'node_modules/.cache/tool/state': '1', '.eslintcache': '1' });
  expect((await run()).notStored).toBe(undefined);
  await rig.write({ 'node_modules/.cache/tool/state': '2', 'node_modules/.cache/tool/more': '2', '.eslintcache': '2' });
  expect((await run()).outcome).toBe('restored');
  expect(rig.tree()).toMatchObject({ '.eslintcache': '2', 'node_modules/.cache/tool/more': '2' });
});

test('an input of a dependency that is built to the same bytes leaves the dependent a hit', async () => {
  const build = `sh -c 'mkdir -p dist && sed s/#.*// src.txt > dist/lib.txt'`;
  const tasks = { lib: build, app: { command: 'cat dist/lib.txt', dependsOn: ['lib'] } };
  const { rig, run } = await createTasks(tasks, { 'src.txt': 'text # one' });
  await run('app');
  await rig.write({ 'src.txt': 'text # two' });
  expect((await run('app')).tasks).toMatchObject({ 'app#lib': { outcome: 'executed' }, 'app#app': { outcome: 'restored' } });
});
