import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import { findRepository, GitIgnores } from '../../../src/workspace/git.ts';
import { Random } from '../../harness/random.ts';

/** Nothing of the machine's own git. */
const env = { PATH: process.env['PATH'], HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd, env, stdio: 'pipe' });
}

function directory(files: Readonly<Record<string, string>>): AbsolutePath {
  const root = realpathSync(mkdtempSync(`${tmpdir()}/reprise-git-`)) as AbsolutePath;
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  write(root, files);
  return root;
}

function write(root: AbsolutePath, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(joinPath(root, path)), { recursive: true });
    writeFileSync(joinPath(root, path), text);
  }
}

function repository(files: Readonly<Record<string, string>>): AbsolutePath {
  const root = directory(files);
  git(root, 'init', '-q');
  return root;
}

const ignoresIn = (workspace: AbsolutePath) => new GitIgnores(workspace, findRepository(workspace), env);
const ignored = (workspace: AbsolutePath, ...paths: readonly string[]) => {
  const ignores = ignoresIn(workspace);
  return paths.filter((path) => ignores.isIgnored(path as WorkspacePath));
};

/** What git itself says of the files below `root`. */
function ignoredByGit(root: AbsolutePath, paths: readonly string[]): string[] {
  const { stdout } = spawnSync('git', ['check-ignore', '-z', '--stdin'], { cwd: root, env, input: paths.join('\0') });
  return stdout.toString().split('\0').slice(0, -1);
}

function filesBelow(root: AbsolutePath): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length + 1));
  return files.filter((path) => !path.startsWith('.git/')).sort();
}

describe('a path is ignored', () => {
  test.for([
    ['dist', ['dist/a', 'p/dist/a']],
    ['/dist', ['dist/a']],
    ['dist/', ['dist/a', 'p/dist/a']],
    ['a', ['dist/a', 'p/dist/a', 'p/a']],
    ['a/', []],
    ['*.log', ['x.log', 'p/y.log']],
    ['/*.log', ['x.log']],
    ['p/*', ['p/a', 'p/dist/a', 'p/y.log']],
    ['p/**/a', ['p/a', 'p/dist/a']],
    ['**/y.log', ['p/y.log']],
    ['*\n!p', ['dist/a', 'p/a', 'p/dist/a', 'x.log', 'p/y.log']],
    ['*\n!*/\n!a', ['x.log', 'p/y.log']],
    ['dist\n!dist/a', ['dist/a', 'p/dist/a']],
    ['*.log\n!y.log', ['x.log']],
    ['# a\n\n \na ', ['dist/a', 'p/dist/a', 'p/a']],
    ['[xy].log', ['x.log', 'p/y.log']],
    ['?.log', ['x.log', 'p/y.log']],
    ['DIST', []],
  ] as const)('by %j as git has it', ([rules, expected]) => {
    const files = { 'dist/a': '', 'p/a': '', 'p/dist/a': '', 'x.log': '', 'p/y.log': '' };
    const root = repository({ ...files, '.gitignore': rules });
    const names = Object.keys(files);
    expect(ignored(root, ...names)).toEqual(names.filter((name) => (expected as readonly string[]).includes(name)));
    expect(ignoredByGit(root, names).sort()).toEqual([...expected].sort());
  });

  test('by files further down before files further up', () => {
    const root = repository({ '.gitignore': '*.log', 'p/.gitignore': '!*.log', 'p/q/.gitignore': 'x.log' });
    expect(ignored(root, 'x.log', 'p/x.log', 'p/q/x.log', 'p/q/y.log')).toEqual(['x.log', 'p/q/x.log']);
  });

  test('no more once a file further down takes its directory back', () => {
    const root = repository({ '.gitignore': 'dist', 'p/.gitignore': '!dist', 'p/dist/tracked': '' });
    git(root, 'add', 'p/dist/tracked');
    expect(ignored(root, 'dist/x', 'p/dist/x', 'p/dist/tracked')).toEqual(['dist/x']);
  });

  test('in directories whose names look like patterns', () => {
    const names = ['[x]/a', '[x]/b', 'x/a', 'a b/a', '*/a', 'back\\slash/a', '#/a', '!/a'];
    const rules = Object.fromEntries(['[x]', 'a b', '*', 'back\\slash', '#', '!'].map((place) => [`${place}/.gitignore`, 'a\n']));
    const root = repository({ ...Object.fromEntries(names.map((name) => [name, ''])), ...rules });
    expect(ignored(root, ...names)).toEqual(ignoredByGit(root, names));
    expect(ignored(root, ...names)).toHaveLength(6);
  });

  test('with the directory that it is in, whatever is said there', () => {
    const root = repository({ '.gitignore': 'dist', 'dist/.gitignore': '!*' });
    expect(ignored(root, 'dist/a', 'dist')).toEqual(['dist/a', 'dist']);
  });

  test('by the repository around the workspace', () => {
    const root = repository({ '.gitignore': '/app/dist\n/dist', 'app/package.json': '' });
    expect(ignored(joinPath(root, 'app'), 'dist/a', 'src/a', '../dist/a', '../../a')).toEqual(['dist/a', '../dist/a']);
  });

  test('not while git tracks it', () => {
    const root = repository({ '.gitignore': 'dist', 'dist/kept': '', 'dist/x': '' });
    git(root, 'add', '-f', 'dist/kept');
    expect(ignored(root, 'dist/kept', 'dist/x')).toEqual(['dist/x']);
  });

  test('not by info/exclude, nor by what a user ignores everywhere', () => {
    const root = repository({ '.git/info/exclude': 'x' });
    write(root, { global: 'y' });
    git(root, 'config', 'core.excludesFile', joinPath(root, 'global'));
    expect(ignored(root, 'x', 'y')).toEqual([]);
  });

  test('by no rules where a directory stands in the place of a file of them', () => {
    expect(ignored(repository({ '.gitignore/x': '', 'p/.gitignore': 'x' }), 'x', 'p/x')).toEqual(['p/x']);
  });

  test('never without a repository', () => {
    const root = directory({ '.gitignore': '*' });
    expect(new GitIgnores(root, undefined, env).isIgnored('x' as WorkspacePath)).toBe(false);
  });

  test('never where git cannot be asked', () => {
    const root = repository({ '.gitignore': 'dist' });
    expect(new GitIgnores(root, findRepository(root), { PATH: '/nowhere' }).isIgnored('dist/a' as WorkspacePath)).toBe(false);
  });
});

test.for([1, 2, 87, 142])('random rules and trees are as git has them (%i)', (seed) => {
  const random = new Random(seed);
  const names = ['a', 'b', 'dist', 'x.js', 'x.log', '.env', 'a b', 'é'];
  const directories = ['', 'a/', 'b/', 'dist/', 'a/b/', 'a/dist/', 'b/a/b/'];
  const patterns = [
    'a',
    '/a',
    'a/',
    'b/*',
    '*.js',
    '!*.js',
    '**/b',
    'a/**',
    '!a/',
    '/a/b',
    '*',
    '!x.js',
    '!*/',
    '.*',
    '!.env',
    'a/*/x.js',
    'x.*',
    'a b',
    'é',
  ];
  const rules = () => Array.from({ length: 1 + random.below(4) }, () => random.pick(patterns)).join('\n');
  const files = directories.flatMap((place) => random.sample(names, 5).map((name) => `${place}${name}`));
  const isDirectory = (path: string) => directories.some((place) => place.startsWith(`${path}/`));
  const root = repository(Object.fromEntries(files.filter((path) => !isDirectory(path)).map((path) => [path, ''])));
  for (const place of random.sample(directories, 3)) write(root, { [`${place}.gitignore`]: rules() });
  for (const path of random.sample(filesBelow(root), 3)) git(root, 'add', '-f', path);
  const all = filesBelow(root);
  expect(ignored(root, ...all)).toEqual(ignoredByGit(root, all).sort());
});

describe('the repository of a directory', () => {
  test('is the nearest one upwards', () => {
    const root = repository({ 'a/b/x': '' });
    expect(findRepository(joinPath(root, 'a/b'))).toEqual({ root, gitDirectories: [joinPath(root, '.git')] });
  });

  test('keeps the state of a linked worktree in two places', () => {
    const root = repository({ x: '' });
    git(root, '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-q', '--allow-empty', '-m', 'x');
    git(root, 'worktree', 'add', '-q', 'tree');
    expect(findRepository(joinPath(root, 'tree'))).toEqual({
      root: joinPath(root, 'tree'),
      gitDirectories: [joinPath(root, '.git/worktrees/tree'), joinPath(root, '.git')],
    });
  });

  test('may be named relatively', () => {
    const root = repository({ 'sub/.git': 'gitdir: ../.git\n' });
    expect(findRepository(joinPath(root, 'sub'))).toEqual({ root: joinPath(root, 'sub'), gitDirectories: [joinPath(root, '.git')] });
  });

  test('is none where none is', () => {
    const root = directory({ '.git': 'nonsense' });
    expect(findRepository(root)?.root).not.toBe(root);
  });
});
