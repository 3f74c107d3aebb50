import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId, type Task, type TaskId } from '../../../src/graph/task.ts';
import type { TaskGraph } from '../../../src/graph/task-graph.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { packagesOf, type Selection } from '../../../src/plan/selection.ts';

const files = { auto: true, include: [], exclude: [] };

interface Sketch {
  /** Directory → the directories it depends on. A package is named after its directory. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** `directory#task` → its command, or more of it. */
  readonly tasks: Readonly<
    Record<string, string | { command: string; dependsOn?: readonly string[]; origin?: 'config'; enabled?: boolean }>
  >;
  readonly current?: string;
  readonly cache?: TaskGraph['cache'];
}

function graph({ packages, tasks, current = '', cache = { scripts: false, tasks: true } }: Sketch): TaskGraph {
  const all = Object.entries(packages).map(([directory, dependencies]) => ({
    directory: directory as WorkspacePath,
    name: directory === '' ? 'root' : `@x/${directory}`,
    manifestPath: `${directory}/package.json` as WorkspacePath,
    scripts: {},
    dependencies: dependencies as WorkspacePath[],
  }));
  const workspace = { root: '/home/w' as AbsolutePath, current: current as WorkspacePath, packages: all, cycles: [], notes: [] };
  return {
    workspace,
    cache,
    tasks: Object.entries(tasks).map(([id, task]) => makeTask(id, typeof task === 'string' ? { command: task } : task)),
  };
}

function makeTask(id: string, task: Exclude<Sketch['tasks'][string], string>): Task {
  const [directory, name] = id.split('#') as [WorkspacePath, string];
  return {
    id: makeTaskId(directory, name),
    directory,
    packageName: directory === '' ? 'root' : `@x/${directory}`,
    name,
    origin: task.origin ?? 'script',
    commands: task.command.split('\n').map((text, index, { length }) => ({ text, takesExtraArgs: index === length - 1 })),
    cwd: directory,
    dependsOn: (task.dependsOn ?? []) as TaskId[],
    caching: { enabled: task.enabled, env: [], untrackedEnv: [], input: files, output: files, network: 'allow' },
  };
}

const select = (task: string, rest: Partial<Selection> = {}): Selection => ({
  task,
  recursive: false,
  extraArgs: [],
  cache: 'config',
  ...rest,
});
const everywhere = (task: string, rest: Partial<Selection> = {}): Selection => select(task, { recursive: true, ...rest });

function order(sketch: Sketch, selection: Selection) {
  return makePlan(graph(sketch), selection).tasks.map((task) => [task.id, ...task.dependencies]);
}

function mistake(sketch: Sketch, selection: Selection): unknown {
  try {
    makePlan(graph(sketch), selection);
  } catch (error) {
    return (error as { diagnostics: readonly unknown[] }).diagnostics[0];
  }
  return undefined;
}

const two = { packages: { '': [], a: [], b: ['a'] }, tasks: { '#lint': 'x', 'a#build': 'x', 'b#build': 'x', 'b#test': 'x' } };

test('without a package name, the task is that of the current package', () => {
  expect(order({ ...two, current: 'b' }, select('build'))).toEqual([['b#build']]);
});

test('a package may be named with or without its scope', () => {
  expect(order(two, select('@x/b#test'))).toEqual([['b#test']]);
  expect(order(two, select('b#test'))).toEqual([['b#test']]);
});

test('recursively, packages come after those they depend on', () => {
  const packages = { '': [], app: ['ui', 'base'], base: [], ui: ['base'] };
  const tasks = { '#build': 'x', 'app#build': 'x', 'base#build': 'x', 'ui#build': 'x', 'ui#test': 'x' };
  expect(order({ packages, tasks }, everywhere('build'))).toEqual([
    ['#build'],
    ['base#build'],
    ['ui#build', 'base#build'],
    ['app#build', 'ui#build', 'base#build'],
  ]);
});

test('packages without the task are bridged over', () => {
  const packages = { app: ['mid'], mid: ['mid2', 'gone'], mid2: ['base'], base: [] };
  expect(order({ packages, tasks: { 'app#build': 'x', 'base#build': 'x' } }, everywhere('build'))).toEqual([
    ['base#build'],
    ['app#build', 'base#build'],
  ]);
});

test('of packages that depend on each other, the same edge is always dropped', () => {
  const tasks = { 'a#t': 'x', 'b#t': 'x', 'c#t': 'x' };
  expect(order({ packages: { a: ['b'], b: ['c'], c: ['a'] }, tasks }, everywhere('t'))).toEqual([['c#t'], ['b#t', 'c#t'], ['a#t', 'b#t']]);
});

test('dependsOn pulls in more, in its order', () => {
  const tasks = { 'a#build': { command: 'x', dependsOn: ['b#gen'] }, 'b#gen': { command: 'y', dependsOn: ['b#pre'] }, 'b#pre': 'z' };
  expect(order({ packages: { a: [], b: [] }, tasks, current: 'a' }, select('build'))).toEqual([
    ['b#pre'],
    ['b#gen', 'b#pre'],
    ['a#build', 'b#gen'],
  ]);
});

test('dependsOn wins over the order of packages', () => {
  const tasks = { 'a#build': { command: 'x', dependsOn: ['b#build'] }, 'b#build': 'y' };
  expect(order({ packages: { a: [], b: ['a'] }, tasks }, everywhere('build'))).toEqual([['b#build'], ['a#build', 'b#build']]);
});

test.for([
  'reprise run -r build',
  'rp run --recursive build',
  'FOO=1 npx reprise run -v -r --log labeled build x',
  'vp run -r build',
  'vpr -r build',
  'vt run -wr build',
  'a; rp run -r build | cat',
])('a task that runs itself is left out, with a note: %s', (command) => {
  const plan = makePlan(graph({ packages: { '': [], a: [] }, tasks: { '#build': command, 'a#build': 'x' } }), everywhere('build'));
  expect(plan.tasks.map((task) => task.id)).toEqual(['a#build']);
  expect(plan.notes).toEqual(["root#build is left out: it runs 'build' in every package itself"]);
});

test.for(['reprise run -r test', 'reprise run build', 'echo reprise run -r build', 'reprise cache clean'])(
  'a task that runs something else is not: %s',
  (command) => {
    expect(order({ packages: { '': [] }, tasks: { '#build': command } }, everywhere('build'))).toEqual([['#build']]);
  },
);

test('a task that runs itself in every package can be run alone', () => {
  expect(order({ packages: { '': [] }, tasks: { '#build': 'reprise run -r build' } }, select('build'))).toEqual([['#build']]);
});

test('the steps of all commands are counted through, and the last one owns by its extra arguments', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#build': 'pre && echo x\ntsc && vite' }, current: 'a' };
  const { tasks } = makePlan(graph(sketch), select('build', { extraArgs: ['--x', 'y z'] }));
  expect(tasks[0]?.steps.map(({ index, shown, owner }) => [index, shown, owner])).toEqual([
    [0, 'pre', 'a#build 0 []'],
    [1, 'echo x', 'a#build 1 []'],
    [2, 'tsc', 'a#build 2 []'],
    [3, "vite --x 'y z'", 'a#build 3 ["--x","y z"]'],
  ]);
});

test('extra arguments are for the selected tasks alone', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#build': { command: 'x', dependsOn: ['a#gen'] }, 'a#gen': 'y' }, current: 'a' };
  const { tasks } = makePlan(graph(sketch), select('build', { extraArgs: ['z'] }));
  expect(tasks.map((task) => task.steps[0]?.shown)).toEqual(['y', 'x z']);
});

test.for([
  ['config', 'script', undefined, 'scripts-not-cached'],
  ['on', 'script', undefined, 'cached'],
  ['off', 'script', undefined, 'cache-off-for-run'],
  ['config', 'config', undefined, 'cached'],
  ['on', 'config', false, 'task-configuration'],
  ['off', 'config', true, 'cache-off-for-run'],
] as const)('with cache %s, a %s that says %s is %s', ([cache, origin, enabled, expected]) => {
  const task = { command: 'x', ...(origin === 'config' && { origin }), ...(enabled !== undefined && { enabled }) };
  const { tasks } = makePlan(graph({ packages: { a: [] }, tasks: { 'a#t': task }, current: 'a' }), select('t', { cache }));
  const caching = tasks[0]?.steps[0]?.caching;
  expect(caching?.kind === 'uncached' ? caching.reason : caching?.kind).toBe(expected);
});

test('the config of the root says what is cached by itself', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#s': 'x', 'a#t': { command: 'x', origin: 'config' as const } }, current: 'a' };
  const caching = (task: string) =>
    makePlan(graph({ ...sketch, cache: { scripts: true, tasks: false } }), select(task)).tasks[0]?.steps[0]?.caching;
  expect(caching('s')).toMatchObject({ kind: 'cached' });
  expect(caching('t')).toEqual({ kind: 'uncached', reason: 'task-configuration' });
});

test('echo takes no part in caching', () => {
  const { tasks } = makePlan(graph({ packages: { a: [] }, tasks: { 'a#t': 'echo x' }, current: 'a' }), select('t', { cache: 'on' }));
  expect(tasks[0]?.steps[0]?.caching).toEqual({ kind: 'uncached', reason: 'builtin' });
});

test('an unknown task is met with the nearest names and all there are', () => {
  expect(mistake({ ...two, current: 'b' }, select('biuld'))).toEqual({
    code: 'unknown-task',
    message: "Task 'biuld' is not in @x/b",
    hint: "Did you mean 'build'? The tasks are build, test",
  });
  expect(mistake(two, everywhere('tset'))).toEqual({
    code: 'unknown-task',
    message: "Task 'tset' is not in any package",
    hint: "Did you mean 'test'? The tasks are build, lint, test",
  });
  expect(mistake({ ...two, current: 'a' }, select('lint'))).toMatchObject({ hint: 'The tasks are build' });
});

test('an unknown package is met with the nearest names', () => {
  expect(mistake(two, select('@x/c#build'))).toEqual({
    code: 'unknown-package',
    message: "Package '@x/c' is not in the workspace",
    hint: "Did you mean '@x/a' or '@x/b'?",
  });
});

test('a name that two packages share is ambiguous', () => {
  const { workspace, ...rest } = graph({ packages: { a: [], b: [] }, tasks: { 'a#t': 'x' } });
  const packages = workspace.packages.map((one) => ({ ...one, name: 'same' }));
  expect(() => makePlan({ ...rest, workspace: { ...workspace, packages } }, select('same#t'))).toThrow(
    "Package name 'same' is ambiguous: same in 'a', same in 'b'",
  );
});

test('--recursive does not go with a package name', () => {
  expect(mistake(two, everywhere('a#build'))).toMatchObject({ code: 'usage' });
});

test('only the configs of packages that may be selected are needed', () => {
  const { workspace } = graph({ ...two, current: 'b' });
  expect(packagesOf(workspace, select('build'))).toEqual(['b']);
  expect(packagesOf(workspace, select('a#build'))).toEqual(['a']);
  expect(packagesOf(workspace, everywhere('build'))).toEqual(['', 'a', 'b']);
});

test('a plan is plain data', () => {
  const plan = makePlan(graph(two), everywhere('build'));
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});
