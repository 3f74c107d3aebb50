import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import { changedFilesIn } from '../../../src/workspace/changed-files.ts';
import { filterPackages } from '../../../src/workspace/filter.ts';
import { loadWorkspace } from '../../../src/workspace/packages.ts';
import { directoryWith, writeInto } from '../../harness/files.ts';
import { askPnpm, installPnpm } from './ask-pnpm.ts';

let pnpm: ReturnType<typeof installPnpm>;
beforeAll(() => {
  pnpm = installPnpm();
});
afterAll(() => pnpm.remove());

const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
const author = ['-c', 'user.name=A', '-c', 'user.email=a@b'];

const manifests = {
  'pnpm-workspace.yaml': 'packages: [apps/*, packages/**]\n',
  'apps/site/package.json': { name: 'site', version: '1.0.0' },
  'apps/web/package.json': { name: 'web', version: '1.0.0', dependencies: { '@x/ui': 'workspace:*' } },
  'packages/core/package.json': { name: '@x/core', version: '1.0.0' },
  'packages/lone/package.json': { name: 'lone', version: '1.0.0' },
  'packages/ui/package.json': { name: '@x/ui', version: '1.0.0', dependencies: { '@x/core': 'workspace:^' } },
  'packages/ui/kit/package.json': { name: '@x/kit', version: '1.0.0' },
};
const root = { 'package.json': { name: 'root', version: '1.0.0', devDependencies: { lone: 'workspace:*' } } };
const before = {
  'apps/site/gone.js': 'gone',
  'packages/core/a.js': '1',
  'packages/ui/kit/b.js': '2',
  'packages/README.md': '3',
  'x.js': '4',
};
const committed = { 'packages/core/a.js': '1a', 'packages/core/src/deep/new.js': 'new' };
const uncommitted = { 'packages/ui/kit/b.js': '2b', 'packages/lone/untracked.js': 'never seen' };
const outside = { 'packages/README.md': '3c', 'x.js': '4c' };

const patterns = [
  ['[HEAD~1]'],
  ['[HEAD]'],
  ['...[HEAD~1]'],
  ['...^[HEAD~1]'],
  ['[HEAD~1]...'],
  ['...[HEAD~1]...'],
  ['@x/*[HEAD~1]'],
  ['@x/core[HEAD~1]', 'site[HEAD]'],
  ['...@x/core[HEAD~1]'],
  ['{packages}[HEAD~1]'],
  ['{packages/ui}[HEAD]'],
  ['...{packages/core/src}[HEAD~1]'],
  ['@x/*{packages/ui}[HEAD]...'],
  ['![HEAD~1]'],
  ['*', '!...[HEAD]'],
  ['./packages/**', '!{packages/core}[HEAD~1]'],
];

test.for([
  ['', root],
  ['', {}],
  ['workspace/', root],
  ['workspace/', {}],
] as const)('what has changed, in %jthe repository with root %j, is to us what it is to pnpm', async ([place, rootFiles]) => {
  const within = (files: Readonly<Record<string, string | object>>) =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [place + path, content]));
  const repository = directoryWith({ ...within({ ...manifests, ...rootFiles, ...before }), 'outside.js': '5' });
  const git = (...args: readonly string[]) => execFileSync('git', [...author, ...args], { cwd: repository, env });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'before');
  writeInto(repository, within({ ...committed, ...outside }));
  git('add', '-A');
  git('commit', '-qm', 'after');
  writeInto(repository, { ...within(uncommitted), 'outside.js': '5d' });
  rmSync(joinPath(repository, `${place}apps/site/gone.js`));

  const directory = joinPath(repository, place.slice(0, -1)) as AbsolutePath;
  const workspace = await loadWorkspace(directory);
  const changedFiles = changedFilesIn(directory, env);
  const ours = patterns.map((one) => [...filterPackages(workspace, one, { from: '' as WorkspacePath, changedFiles }).packages]);
  const globs = ['apps/*', 'packages/**'];
  const theirs = askPnpm(
    pnpm.directory,
    patterns.map((one) => ({ root: directory, globs, from: '', patterns: one })),
  );
  expect(patterns.map((one, index) => [one, ours[index]])).toEqual(patterns.map((one, index) => [one, theirs[index]?.packages]));
  expect(ours[0]).not.toEqual([]);
});
