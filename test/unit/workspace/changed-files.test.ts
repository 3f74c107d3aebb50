import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../src/base/diagnostic.ts';
import { fsPath, joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import { changedFilesIn } from '../../../src/workspace/changed-files.ts';
import { directoryWith } from '../../harness/files.ts';

/** Nothing of the machine's own git. */
const env = {
  PATH: process.env['PATH'],
  HOME: '/nowhere',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@b',
};

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd, env, stdio: 'pipe', encoding: 'utf8' });
}

/** A repository of one commit, on `main`. */
function repository(files: Readonly<Record<string, string>>): AbsolutePath {
  const root = directoryWith(files);
  git(root, 'init', '-q', '-b', 'main');
  commit(root);
  return root;
}

function commit(root: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', 'x');
}

function write(root: AbsolutePath, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(joinPath(root, path)), { recursive: true });
    writeFileSync(fsPath(joinPath(root, path)), text);
  }
}

const changed = (root: AbsolutePath, ref: string) => [...changedFilesIn(root, env)(ref)].sort();

function mistake(root: AbsolutePath, ref: string, environment: Readonly<Record<string, string | undefined>> = env): unknown {
  try {
    changedFilesIn(root, environment)(ref);
  } catch (error) {
    if (error instanceof CommandError) return error.diagnostics[0];
    throw error;
  }
  return expect.unreachable();
}

describe('changed since a ref', () => {
  test('are files whose bytes differ from it: committed, staged or neither, but not untracked ones', () => {
    const root = repository({ same: '1', committed: '1', staged: '1', edited: '1', gone: '1', touched: '1', '.gitignore': 'ignored' });
    write(root, { committed: '2', added: '1' });
    commit(root);
    write(root, { staged: '2', 'staged-new': '1' });
    git(root, 'add', '-A');
    write(root, { edited: '2', touched: '1', untracked: '1', ignored: '1' });
    rmSync(joinPath(root, 'gone'));
    expect(changed(root, 'HEAD')).toEqual(['edited', 'gone', 'staged', 'staged-new']);
    expect(changed(root, 'HEAD~1')).toEqual(['added', 'committed', 'edited', 'gone', 'staged', 'staged-new']);
    expect(changed(root, 'HEAD~1..HEAD')).toEqual(['added', 'committed']);
  });

  test('is the commit itself, and with dots its common ancestor', () => {
    const root = repository({ ours: '1', theirs: '1' });
    git(root, 'checkout', '-q', '-b', 'topic');
    write(root, { ours: '2' });
    commit(root);
    git(root, 'checkout', '-q', 'main');
    write(root, { theirs: '2' });
    commit(root);
    git(root, 'checkout', '-q', 'topic');
    expect(changed(root, 'main')).toEqual(['ours', 'theirs']);
    expect(changed(root, 'main...')).toEqual(['ours']);
  });

  test('is a file that has moved at both of its places, whatever the settings', () => {
    const root = repository({ 'a/long': 'the same text\n'.repeat(20), 'b/x': '' });
    git(root, 'config', 'diff.renames', 'copies');
    git(root, 'config', 'diff.relative', 'false');
    renameSync(joinPath(root, 'a/long'), joinPath(root, 'b/long'));
    git(root, 'add', '-A');
    expect(changed(root, 'main')).toEqual(['a/long', 'b/long']);
  });

  test('are files of the workspace alone, where the repository is bigger', () => {
    const root = repository({ 'web/a/x': '1', 'server/y': '1', top: '1' });
    write(root, { 'web/a/x': '2', 'server/y': '2', top: '2' });
    expect(changed(joinPath(root, 'web'), 'main')).toEqual(['a/x']);
  });

  test('are names of any bytes', () => {
    const root = repository({ keep: '' });
    const names = ['tab\tnew\nline', 'quote"d', 'žluť', '-dash', 'latin-\udce9'];
    write(root, Object.fromEntries(names.map((name) => [name, ''])));
    commit(root);
    expect(changed(root, 'HEAD~1')).toEqual([...names].sort());
  });

  test('is also a link that leads elsewhere, in a linked worktree too', () => {
    const root = repository({ a: '' });
    symlinkSync('a', joinPath(root, 'link'));
    commit(root);
    const worktree = joinPath(directoryWith({}), 'w');
    git(root, 'worktree', 'add', '-q', '--detach', worktree);
    rmSync(joinPath(worktree, 'link'));
    symlinkSync('b', joinPath(worktree, 'link'));
    expect(changed(worktree, 'main')).toEqual(['link']);
    expect(changed(root, 'main')).toEqual([]);
  });

  test('is asked of git once a ref', () => {
    const root = repository({ a: '1' });
    const changedFiles = changedFilesIn(root, env);
    expect(changedFiles('main')).toEqual([]);
    write(root, { a: '2' });
    expect(changedFiles('main')).toEqual([]);
    expect(changedFiles('HEAD')).toEqual(['a']);
  });
});

/** Of two branches, `main` and `topic`, of which the second is checked out. */
function clone(...args: readonly string[]): AbsolutePath {
  const origin = repository({ a: '1' });
  write(origin, { a: '2' });
  commit(origin);
  git(origin, 'checkout', '-q', '-b', 'topic');
  write(origin, { a: '3' });
  commit(origin);
  const copy = joinPath(directoryWith({}), 'copy');
  git('/', 'clone', '-q', ...args, `file://${origin}`, copy);
  return copy;
}

const shallow = () => clone('--depth=1', '--single-branch', '--branch=topic');

describe('a ref that git does not know', () => {
  const sha = 'a'.repeat(40);

  test('is in a shallow clone an error with the line that fetches it', () => {
    const copy = shallow();
    const lines = {
      'origin/main': 'Fetch it: git fetch --depth=1 origin main:refs/remotes/origin/main',
      main: 'Fetch it: git fetch --depth=1 origin main:main',
      'v1.2.0': 'Fetch it: git fetch --depth=1 origin tag v1.2.0',
      '@x/a@1.0.0': 'Fetch it: git fetch --depth=1 origin tag @x/a@1.0.0',
      [sha]: `Fetch it: git fetch --depth=1 origin ${sha}`,
      'HEAD~1': 'Fetch it: git fetch --unshallow',
      abc1234: 'Fetch it: git fetch --unshallow',
    };
    const expected = Object.entries(lines).map(([ref, hint]) => {
      const message = `git does not know '${ref}' in this clone, which is shallow`;
      return { code: 'unknown-git-ref', message, hint };
    });
    expect(Object.keys(lines).map((ref) => mistake(copy, ref))).toEqual(expected);
  });

  test('is known after that line, but not the common ancestor', () => {
    const copy = shallow();
    git(copy, 'fetch', '-q', '--depth=1', 'origin', 'main:refs/remotes/origin/main');
    expect(changed(copy, 'origin/main')).toEqual(['a']);
    expect(mistake(copy, 'origin/main...')).toEqual({
      code: 'unknown-git-ref',
      message: "git does not know where the sides of 'origin/main...' part in this clone, which is shallow",
      hint: 'Fetch all of the history: git fetch --unshallow',
    });
  });

  test('is in a whole clone met with the nearest refs', () => {
    const copy = clone();
    git(copy, 'branch', 'main', 'origin/main');
    expect(mistake(copy, 'main...tpoic')).toEqual({
      code: 'unknown-git-ref',
      message: "git does not know 'tpoic'",
      hint: "Did you mean 'topic'? Or fetch it: git fetch origin tpoic:tpoic",
    });
    expect(mistake(copy, 'origin/mian')).toMatchObject({
      hint: "Did you mean 'origin/main' or 'origin/HEAD'? Or fetch it: git fetch origin mian:refs/remotes/origin/mian",
    });
    expect(mistake(copy, 'release')).toMatchObject({ hint: 'Fetch it: git fetch origin release:release' });
    expect(mistake(copy, 'HEAD~9')).toEqual({ code: 'unknown-git-ref', message: "git does not know 'HEAD~9'" });
  });

  test('is one that looks like an option, or like a file', () => {
    const root = repository({ a: '1' });
    expect(mistake(root, '--output=x')).toMatchObject({ code: 'unknown-git-ref' });
    expect(mistake(root, 'a')).toEqual({ code: 'unknown-git-ref', message: "git does not know 'a'" });
    expect(changed(root, 'main')).toEqual([]);
  });

  test('is HEAD, before the first commit', () => {
    const root = directoryWith({});
    git(root, 'init', '-q');
    expect(mistake(root, 'HEAD')).toMatchObject({ code: 'unknown-git-ref' });
  });
});

test('without a repository, without git, or where git refuses, the mistake says so', () => {
  const alone = directoryWith({ a: '' });
  expect(mistake(alone, 'main')).toMatchObject({ code: 'no-repository' });
  expect(mistake(alone, 'main', { PATH: alone })).toMatchObject({ code: 'no-git' });
  const broken = directoryWith({ '.git/HEAD': 'nonsense' });
  expect(mistake(broken, 'main')).toMatchObject({ code: 'git-failed' });
});
