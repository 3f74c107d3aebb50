import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRig, type FileContent, type Rig, type RunOptions } from '../harness/rig.ts';

/** A task that leaves a file behind if it runs. */
const traced = { name: 'app', scripts: { build: 'touch ran' } };

interface Mistake {
  readonly files: Readonly<Record<string, FileContent>>;
  /** What files alone cannot be. */
  readonly prepare?: (rig: Rig) => void;
  readonly args?: readonly string[];
  readonly options?: RunOptions;
  readonly code: string;
  /** The end of the last place that is named. */
  readonly place?: RegExp;
  readonly hint?: string;
  readonly exitCode?: number;
}

const withRoot = (files: Mistake['files']) => ({
  'package.json': { ...traced, workspaces: ['packages/*'] },
  ...files,
});

const mistakes: Record<string, Mistake> = {
  'a package.json that is no JSON': {
    files: { 'package.json': '{ "scripts": { "build": "touch ran", } }' },
    code: 'invalid-package-json',
    place: /(?:^|\/)package\.json:1:38$/,
  },
  'a package.json that is empty': { files: { 'package.json': '' }, code: 'invalid-package-json', place: /(?:^|\/)package\.json:1:1$/ },
  'a package.json that is a list': { files: { 'package.json': '[1]' }, code: 'invalid-package-json', place: /(?:^|\/)package\.json:1:1$/ },
  'scripts that are a list': {
    files: { 'package.json': '{\n "scripts": ["build"] }' },
    code: 'invalid-package-json',
    place: /(?:^|\/)package\.json:2:13$/,
  },
  'workspaces that are no list': {
    files: { 'package.json': '{ "workspaces": "packages/*", "scripts": { "build": "touch ran" } }' },
    code: 'invalid-package-json',
    place: /(?:^|\/)package\.json:1:17$/,
    hint: '["packages/*"]',
  },
  'workspaces that are no texts': {
    files: { 'package.json': { ...traced, workspaces: [1] } },
    code: 'invalid-package-json',
    place: /package\.json:6:17$/,
  },
  'two packages with broken package.json, of which nothing is selected': {
    files: withRoot({ 'packages/a/package.json': '{', 'packages/b/package.json': '[]' }),
    code: 'invalid-package-json',
    place: /(?:^|\/)packages\/b\/package\.json:1:1$/,
  },
  'a package.json that is a directory': {
    files: { 'package.json/x': '' },
    code: 'unreadable-file',
    place: /(?:^|\/)package\.json$/,
  },
  'a package.json that may not be read': {
    files: withRoot({ 'packages/a/package.json': traced }),
    prepare: (rig) => {
      rig.handOver();
      chmodSync(rig.path('packages/a/package.json'), 0);
    },
    options: { isUnprivileged: true },
    code: 'unreadable-file',
    place: /(?:^|\/)packages\/a\/package\.json$/,
  },
  'a pnpm-workspace.yaml that is no YAML': {
    files: { 'package.json': traced, 'pnpm-workspace.yaml': 'packages: [\n  a' },
    code: 'invalid-workspace-file',
    place: /(?:^|\/)pnpm-workspace\.yaml:2:4$/,
  },
  'a pnpm-workspace.yaml with an alias of nothing': {
    files: { 'package.json': traced, 'pnpm-workspace.yaml': 'packages: *none' },
    code: 'invalid-workspace-file',
    place: /(?:^|\/)pnpm-workspace\.yaml:1:1$/,
  },
  'a pnpm-workspace.yaml that is a list': {
    files: { 'package.json': traced, 'pnpm-workspace.yaml': '- a' },
    code: 'invalid-workspace-file',
    place: /(?:^|\/)pnpm-workspace\.yaml:1:1$/,
    hint: '["packages/*"]',
  },
  'a pnpm-workspace.yaml whose packages are no list': {
    files: { 'package.json': traced, 'pnpm-workspace.yaml': 'packages: 3' },
    code: 'invalid-workspace-file',
    place: /(?:^|\/)pnpm-workspace\.yaml:1:11$/,
  },
  'a pnpm-workspace.yaml that is a directory': {
    files: { 'package.json': traced, 'pnpm-workspace.yaml/x': '' },
    code: 'unreadable-file',
    place: /(?:^|\/)pnpm-workspace\.yaml$/,
  },
  'no package anywhere': { files: { x: '' }, code: 'no-workspace', hint: 'Run this inside a package' },
  'a task that is not there': {
    files: { 'package.json': traced },
    args: ['biuld'],
    code: 'unknown-task',
    hint: "Did you mean 'build'?",
  },
  'a task whose script is no text': {
    files: { 'package.json': { scripts: { build: 1 } } },
    code: 'unknown-task',
    hint: "'scripts.build' of package.json is no text",
  },
  'a package that is not there': {
    files: withRoot({ 'packages/a/package.json': { ...traced, name: 'alpha' } }),
    args: ['alpah#build'],
    code: 'unknown-package',
    hint: "Did you mean 'alpha'?",
  },
  'a package that a glob without a match should have named': {
    files: { 'package.json': { ...traced, workspaces: ['pakages/*'] }, 'packages/a/package.json': { ...traced, name: 'a' } },
    args: ['a#build'],
    code: 'unknown-package',
    hint: "workspace glob 'pakages/*' matches no package",
  },
  'a package name that two have': {
    files: withRoot({ 'packages/a/package.json': { ...traced, name: 'x' }, 'packages/b/package.json': { ...traced, name: 'x' } }),
    args: ['x#build'],
    code: 'duplicate-package',
    hint: 'different names',
  },
  'tasks that wait for each other': {
    files: { 'package.json': {}, 'reprise.config.json': { tasks: { build: { command: 'touch ran', dependsOn: ['build'] } } } },
    code: 'task-cycle',
    place: /(?:^|\/)reprise\.config\.json:3:5$/,
  },
  'a dependsOn that names nothing': {
    files: { 'package.json': {}, 'reprise.config.json': { tasks: { build: { command: 'touch ran', dependsOn: ['biuld'] } } } },
    code: 'unknown-dependency',
    place: /(?:^|\/)reprise\.config\.json:6:9$/,
    hint: "Did you mean 'build'?",
  },
  'an unknown flag': { files: { 'package.json': traced }, args: ['--recusive', 'build'], code: 'usage', exitCode: 2, hint: '--recursive' },
  'a concurrency limit in the environment that is no number': {
    files: { 'package.json': traced },
    options: { env: { VP_RUN_CONCURRENCY_LIMIT: 'many' } },
    code: 'usage',
    exitCode: 2,
    hint: 'a number above 0',
  },
};

test.for(Object.entries(mistakes))('%s is said by its code and place, and nothing runs or is written', async ([, mistake]) => {
  const { files, prepare, args = ['build'], options, code, place = /^$/, hint = '', exitCode = 1 } = mistake;
  const rig = await createRig();
  await rig.write(files);
  prepare?.(rig);
  const before = rig.tree();
  const { stderr, stdout, ...run } = await rig.run(['run', ...args], options);
  expect(stdout).toBe('');
  expect(stderr).toContain(`error[${code}]: `);
  expect(stderr).not.toContain('crashed');
  expect(placesIn(stderr).at(-1) ?? '').toMatch(place);
  expect(stderr).toContain(hint);
  expect(run.exitCode).toBe(exitCode);
  expect(rig.tree()).toEqual(before);
});

function placesIn(stderr: string): string[] {
  return [...stderr.matchAll(/^ --> (?<place>.*)$/gm)].map(({ groups }) => groups?.['place'] ?? '');
}

const failures: Record<string, { command: string; code: string; exitCode: number; hint: string; env?: Record<string, string> }> = {
  'a program that is nowhere': { command: 'gone x', code: 'program-not-found', exitCode: 127, hint: 'nor in PATH' },
  'a program by a path that is not there': { command: './gone', code: 'program-not-found', exitCode: 127, hint: "seen from '.'" },
  'a program that is not executable': { command: './package.json', code: 'program-not-executable', exitCode: 126, hint: 'chmod +x' },
  'a directory as a program': { command: './node_modules', code: 'program-not-executable', exitCode: 126, hint: 'node_modules' },
  'a directory that is not there': { command: 'cd gone && node x', code: 'missing-directory', exitCode: 1, hint: "'cwd' of the task" },
  'a NUL in a command': { command: 'node a\0b', code: 'invalid-command', exitCode: 1, hint: 'a\\x00b' },
  'half a surrogate pair in a command': { command: 'true | node \udce9', code: 'invalid-command', exitCode: 1, hint: '\uFFFD' },
  'no PATH': { command: 'node x', code: 'program-not-found', exitCode: 127, hint: 'PATH is empty', env: { PATH: '' } },
};

test.for(Object.entries(failures))('%s fails the step with a code, and what follows it does not run', async ([, failure]) => {
  const { command, code, exitCode, hint, env = {} } = failure;
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'app', scripts: { build: `${command} && touch ran` } }, 'node_modules/x': '' });
  const { stderr, ...run } = await rig.run(['run', '--cache', 'build'], { env });
  expect(stderr).toContain(`error[${code}]: `);
  expect(stderr).toContain(hint);
  expect(run.exitCode).toBe(exitCode);
  expect(Object.keys(rig.tree())).not.toContain('ran');
});
