import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { buildTaskGraph } from '../../../src/graph/task-graph.ts';
import type { Configuration } from '../../../src/workspace/config.ts';
import type { Package, Workspace } from '../../../src/workspace/packages.ts';
import type { ConfiguredTask, TaskCaching } from '../../../src/workspace/resolved-config.ts';

const selection = { auto: true, include: [], exclude: [] };
const caching: TaskCaching = {
  enabled: undefined,
  env: ['A'],
  untrackedEnv: [],
  input: selection,
  output: selection,
  network: 'allow',
  trace: 'full',
};

function path(value: string): WorkspacePath {
  return value as WorkspacePath;
}

function packageAt(directory: string, scripts: Record<string, string> = {}): Package {
  const manifestPath = `${directory}/package.json` as WorkspacePath;
  return {
    directory: directory as WorkspacePath,
    name: `@x/${directory}`,
    manifestPath,
    scripts,
    dependencies: [],
    dependenciesByKind: {},
  };
}

function configured(name: string, dependsOn: string[] = [], line = 1): ConfiguredTask {
  const at = { file: 'vite-task.json', line };
  return {
    name,
    at,
    commands: ['one', 'two'],
    cwd: 'a/src' as WorkspacePath,
    dependsOn: dependsOn.map((text) => ({ kind: 'task' as const, text, at })),
    caching,
  };
}

function build(packages: Package[], tasks: Record<string, ConfiguredTask[]> = {}, settings: Partial<Configuration> = {}) {
  const workspace: Workspace = { root: '/w' as AbsolutePath, current: '' as WorkspacePath, packages, cycles: [], notes: [] };
  const unsaid = { cache: undefined, cacheDirectory: undefined, cacheMaxSize: undefined, enablePrePostScripts: undefined };
  const configs = Object.entries(tasks).map(([directory, list]) => ({ ...unsaid, directory: directory as WorkspacePath, tasks: list }));
  const cache = { scripts: false, tasks: true };
  return buildTaskGraph(workspace, {
    cache,
    cacheDirectory: undefined,
    cacheMaxSize: undefined,
    enablePrePostScripts: true,
    packages: configs,
    read: new Set(),
    ...settings,
  });
}

function mistakes(...input: Parameters<typeof build>): readonly unknown[] {
  try {
    build(...input);
  } catch (error) {
    return (error as { diagnostics: readonly unknown[] }).diagnostics;
  }
  return [];
}

test('each script and each configured task of a package is a task', () => {
  const { tasks } = build([packageAt('a', { build: 'tsc' })], { a: [configured('check', ['build'])] });
  expect(tasks).toMatchObject([
    { id: 'a#build', packageName: '@x/a', origin: 'script', commands: [{ text: 'tsc', takesExtraArgs: true }], cwd: 'a', dependsOn: [] },
    { id: 'a#check', origin: 'config', cwd: 'a/src', dependsOn: ['a#build'], caching: { env: ['A'] } },
  ]);
});

test('extra arguments go to the last command of a list', () => {
  const { tasks } = build([packageAt('a')], { a: [configured('check')] });
  expect(tasks[0]?.commands).toEqual([
    { text: 'one', takesExtraArgs: false },
    { text: 'two', takesExtraArgs: true },
  ]);
});

test('pre and post scripts run around a script, and are tasks themselves', () => {
  const { tasks } = build([packageAt('a', { prebuild: 'before', build: 'tsc', postbuild: 'after' })]);
  expect(tasks.map((task) => [task.name, ...task.commands.map((command) => command.text)])).toEqual([
    ['prebuild', 'before'],
    ['build', 'before', 'tsc', 'after'],
    ['postbuild', 'after'],
  ]);
  expect(tasks[1]?.commands.map((command) => command.takesExtraArgs)).toEqual([false, true, false]);
});

test('pre and post scripts can be switched off', () => {
  const { tasks } = build([packageAt('a', { prebuild: 'before', build: 'tsc' })], {}, { enablePrePostScripts: false });
  expect(tasks[1]?.commands).toHaveLength(1);
});

test('pre and post scripts do not run around configured tasks', () => {
  const { tasks } = build([packageAt('a', { precheck: 'before' })], { a: [configured('check')] });
  expect(tasks.find((task) => task.name === 'check')?.commands).toHaveLength(2);
});

test('dependsOn reaches into other packages, by full name and without the scope', () => {
  const { tasks } = build([packageAt('a'), packageAt('b', { build: 'tsc' })], { a: [configured('t', ['@x/b#build', 'b#build'])] });
  expect(tasks[0]?.dependsOn).toEqual(['b#build']);
});

test('a task may not have the name of a script', () => {
  expect(mistakes([packageAt('a', { build: 'tsc' })], { a: [configured('build')] })).toEqual([
    {
      code: 'task-named-as-script',
      message: "Task 'build' has the name of a script in a/package.json",
      at: { file: 'vite-task.json', line: 1 },
      hint: 'Rename the task, or remove the script',
    },
  ]);
});

test('each name in dependsOn must exist', () => {
  const tasks = { a: [configured('check', ['biuld', 'zz#build', 'c#lnt'], 7)] };
  const at = { file: 'vite-task.json', line: 7 };
  expect(mistakes([packageAt('a', { build: 'tsc' }), packageAt('c', { lint: 'x' })], tasks)).toEqual([
    { code: 'unknown-dependency', message: "'dependsOn' names 'biuld', which does not exist", at, hint: "Did you mean 'build'?" },
    { code: 'unknown-package', message: "Package 'zz' is not in the workspace", at },
    { code: 'unknown-dependency', message: "'dependsOn' names 'c#lnt', which does not exist", at, hint: "Did you mean 'lint'?" },
  ]);
});

test('tasks that wait for each other are named in their order', () => {
  const tasks = {
    a: [configured('p', ['q'], 3), configured('q', ['r']), configured('r', ['p']), configured('s', ['s'], 5), configured('t', ['p'])],
  };
  expect(mistakes([packageAt('a')], tasks)).toEqual([
    {
      code: 'task-cycle',
      message: 'Tasks wait for each other: @x/a#p → @x/a#q → @x/a#r → @x/a#p',
      at: { file: 'vite-task.json', line: 3 },
    },
    { code: 'task-cycle', message: 'Tasks wait for each other: @x/a#s → @x/a#s', at: { file: 'vite-task.json', line: 5 } },
  ]);
});

test('a task may depend on a task of the packages that its own depends on', () => {
  const scripts = { build: 'x' };
  const app = {
    ...packageAt('app'),
    dependenciesByKind: { dependencies: [path('a'), path('bare')], devDependencies: [path('b')] },
  };
  const packages = [app, packageAt('a', scripts), packageAt('b', scripts), packageAt('bare')];
  const at = { file: 'vite-task.json', line: 1 };
  const task = (from: 'dependencies' | 'devDependencies'): ConfiguredTask => ({
    ...configured('all'),
    dependsOn: [{ kind: 'in-dependencies', task: 'build', from: [from], at }],
  });
  expect(build(packages, { app: [task('dependencies')] }).tasks.find(({ id }) => id === 'app#all')?.dependsOn).toEqual(['a#build']);
  expect(build(packages, { app: [task('devDependencies')] }).tasks.find(({ id }) => id === 'app#all')?.dependsOn).toEqual(['b#build']);
});
