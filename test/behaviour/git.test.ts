import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commit, createIgnoringTasks, git, runIn } from '../harness/tasks.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const tasks = { version: `sh -c 'mkdir -p dist && git rev-parse HEAD > dist/v'`, other: 'cat a.txt' };
const workspace = { 'package.json': { name: 'app' }, 'reprise.config.json': { tasks }, '.gitignore': 'dist\nnode_modules\n', 'a.txt': 'A' };

describe.each([
  ['the root of the repository', rootOfRepository, '.git/'],
  ['a directory of the repository', directoryOfRepository, '../.git/'],
  ['a linked worktree', linkedWorktree, '../main/.git/'],
])('where the workspace is %s', (_, create, place) => {
  test('a commit is a miss for what asked for it, and for nothing else', async () => {
    const { rig, run } = await create();
    await run('version');
    await run('other');
    expect((await run('version')).outcome).toBe('restored');
    commit(rig, 'more');
    const miss = { code: 'input-changed', path: expect.stringContaining(place), change: 'modified' };
    expect((await run('version')).miss).toEqual(miss);
    expect(rig.tree('dist')).toEqual({ v: git(rig, 'rev-parse', 'HEAD') });
    expect((await run('other')).outcome).toBe('restored');
  });

  test('the commit before is a hit again', async () => {
    const { rig, run } = await create();
    await run('version');
    commit(rig, 'more');
    await run('version');
    git(rig, 'reset', '-q', '--hard', 'HEAD~1');
    expect((await run('version')).outcome).toBe('restored');
    expect(rig.tree('dist')).toEqual({ v: git(rig, 'rev-parse', 'HEAD') });
  });
});

test('another branch is a miss', async () => {
  const { rig, run } = await inRepository({ build: 'git branch --show-current' });
  await run();
  git(rig, 'checkout', '-q', '-b', 'other');
  expect(await run()).toMatchObject({ miss: { code: 'input-changed', path: '.git/HEAD' }, stdout: expect.stringContaining('other\n') });
});

test('a tag is a miss for what asked for one', async () => {
  const { rig, run } = await inRepository({ build: 'git describe --tags --always' });
  await run();
  expect((await run()).outcome).toBe('restored');
  git(rig, 'tag', 'v1');
  expect(await run()).toMatchObject({ outcome: 'executed', stdout: expect.stringContaining('v1\n') });
});

test('git config is an input of what asked for it', async () => {
  const { rig, run } = await inRepository({ build: `sh -c 'git config user.name || true'` });
  await run();
  git(rig, 'config', 'user.name', 'B');
  expect((await run()).miss).toEqual({ code: 'input-changed', path: '.git/config', change: 'modified' });
});

test('objects and logs are no inputs', async () => {
  const { rig, run } = await inRepository({ build: 'git log -1 --format=%s' });
  await run();
  git(rig, 'hash-object', '-w', 'a.txt', 'package.json');
  git(rig, 'reflog', 'expire', '--expire=now', '--all');
  expect((await run()).outcome).toBe('restored');
});

test('what was committed elsewhere is a miss for what the log was asked for', async () => {
  const { rig, run } = await inRepository({ build: 'git log -1 --format=%s' });
  await run();
  commit(rig, 'second');
  expect(await run()).toMatchObject({ outcome: 'executed', stdout: expect.stringContaining('second\n') });
});

test('the index is an input of what opened it', async () => {
  const { rig, run } = await inRepository({ build: 'git ls-files' });
  await run();
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'new.txt': '' });
  git(rig, 'add', 'new.txt');
  expect(await run()).toMatchObject({ outcome: 'executed', stdout: expect.stringContaining('new.txt\n') });
});

test('a status is stored, and misses when a file differs', async () => {
  const { rig, run } = await inRepository({ build: 'git status --porcelain' });
  expect((await run()).notStored).toBe(undefined);
  expect((await run()).outcome).toBe('restored');
  await rig.write({ 'a.txt': 'changed' });
  expect(await run()).toMatchObject({ outcome: 'executed', stdout: expect.stringContaining(' M a.txt') });
});

test.each([
  ['a tag', 'git tag v1', '.git/refs/tags/v1'],
  ['a branch', 'git branch other', '.git/refs/heads/other'],
  ['a setting', 'git config user.name B', '.git/config'],
])('%s that a step makes is written outside the workspace', async (_, build, path) => {
  const { run } = await inRepository({ build });
  expect((await run()).notStored).toEqual({ code: 'wrote-outside', path });
});

async function inRepository(own: Record<string, string>) {
  const { rig, run } = await createIgnoringTasks(own, { 'a.txt': 'A' });
  commit(rig, 'first');
  return { rig, run };
}

async function rootOfRepository() {
  return inRepository(tasks);
}

async function directoryOfRepository() {
  const rig = await createRig();
  await rig.write(workspace);
  const above = { cwd: `${rig.root}/..` };
  writeFileSync(`${rig.root}/../.gitignore`, '/home\n/temp\n');
  execFileSync('git', ['init', '-q'], above);
  commit(rig, 'first');
  return { rig, run: runIn(rig) };
}

async function linkedWorktree() {
  const rig = await createRig();
  await rig.write(workspace);
  git(rig, 'init', '-q');
  commit(rig, 'first');
  renameSync(rig.root, `${rig.root}/../main`);
  mkdirSync(rig.root);
  execFileSync('git', ['worktree', 'add', '-q', '-b', 'linked', rig.root], { cwd: `${rig.root}/../main` });
  return { rig, run: runIn(rig as Rig) };
}
