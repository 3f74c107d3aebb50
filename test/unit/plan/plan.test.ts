import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId, type Task, type TaskId } from '../../../src/graph/task.ts';
import type { TaskGraph } from '../../../src/graph/task-graph.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { isNestedRun, type Plan, type PlannedStep } from '../../../src/plan/planned.ts';
import type { Selection } from '../../../src/plan/selection.ts';

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
    dependenciesByKind: {},
  }));
  const workspace = { root: '/home/w' as AbsolutePath, current: current as WorkspacePath, packages: all, cycles: [], notes: [] };
  const made = Object.entries(tasks).map(([id, task]) => makeTask(id, typeof task === 'string' ? { command: task } : task));
  const read = new Set(all.map((one) => one.directory));
  return { workspace, cache, tasks: made, byId: new Map(made.map((task) => [task.id, task])), read };
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
    caching: { enabled: task.enabled, env: [], untrackedEnv: [], input: files, output: files, network: 'allow', trace: 'full' },
  };
}

type Asked = Omit<Selection, 'from'>;

const select = (task: string, rest: Partial<Asked> = {}): Asked => ({
  task,
  scope: { kind: 'current' },
  extraArgs: [],
  ignoreDependsOn: false,
  cache: 'config',
  force: false,
  parallel: false,
  keepGoing: false,
  limit: undefined,
  ...rest,
});
const everywhere = (task: string, rest: Partial<Asked> = {}): Asked => select(task, { scope: { kind: 'recursive' }, ...rest });

function planOf(tasks: TaskGraph, asked: Asked): Plan {
  const planned = makePlan(tasks, { ...asked, from: tasks.workspace.current ?? ('' as WorkspacePath) }, () => []);
  if ('unread' in planned) throw new Error(`unread: ${planned.unread.join()}`);
  return planned.plan;
}

/** The steps that are commands of their own. */
function commandsOf({ tasks }: Plan): PlannedStep[] {
  return tasks.flatMap((task) => task.steps.filter((step): step is PlannedStep => !isNestedRun(step)));
}

function order(sketch: Sketch, selection: Asked) {
  return planOf(graph(sketch), selection).tasks.map((task) => [task.id, ...task.dependencies]);
}

function mistake(sketch: Sketch, selection: Asked): unknown {
  try {
    planOf(graph(sketch), selection);
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
  const plan = planOf(graph({ packages: { '': [], a: [] }, tasks: { '#build': command, 'a#build': 'x' } }), everywhere('build'));
  expect(plan.tasks.map((task) => task.id)).toEqual(['a#build']);
  expect(plan.notes).toEqual(["root#build is left out: it runs 'build' in every package itself"]);
});

test.for(['reprise run -r test', 'reprise run a#build', 'echo reprise run -r build', 'reprise cache clean'])(
  'a task that runs something else is not: %s',
  (command) => {
    const sketch = { packages: { '': [], a: [] }, tasks: { '#build': command, 'a#build': 'x', 'a#test': 'x' } };
    expect(order(sketch, everywhere('build'))).toEqual([['#build'], ['a#build']]);
  },
);

test('a task that runs itself in every package can be run alone, and runs the others', () => {
  const sketch = { packages: { '': [], a: [] }, tasks: { '#build': 'reprise run -r build', 'a#build': 'x' } };
  expect(nested(sketch, select('build'))).toEqual({ '#build': [['a#build']] });
});

test('the steps of all commands are counted through, and the last one owns by its extra arguments', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#build': 'pre && echo x\ntsc && vite' }, current: 'a' };
  const plan = planOf(graph(sketch), select('build', { extraArgs: ['--x', 'y z'] }));
  expect(commandsOf(plan).map(({ index, shown, owner }) => [index, shown, owner])).toEqual([
    [0, 'pre', 'a#build 0 []'],
    [1, 'echo x', 'a#build 1 []'],
    [2, 'tsc', 'a#build 2 []'],
    [3, "vite --x 'y z'", 'a#build 3 ["--x","y z"]'],
  ]);
});

test('extra arguments are for the selected tasks alone', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#build': { command: 'x', dependsOn: ['a#gen'] }, 'a#gen': 'y' }, current: 'a' };
  const { tasks } = planOf(graph(sketch), select('build', { extraArgs: ['z'] }));
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
  const plan = planOf(graph({ packages: { a: [] }, tasks: { 'a#t': task }, current: 'a' }), select('t', { cache }));
  const caching = commandsOf(plan)[0]?.caching;
  expect(caching?.kind === 'uncached' ? caching.reason : caching?.kind).toBe(expected);
});

test('the config of the root says what is cached by itself', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#s': 'x', 'a#t': { command: 'x', origin: 'config' as const } }, current: 'a' };
  const caching = (task: string) =>
    commandsOf(planOf(graph({ ...sketch, cache: { scripts: true, tasks: false } }), select(task)))[0]?.caching;
  expect(caching('s')).toMatchObject({ kind: 'cached' });
  expect(caching('t')).toEqual({ kind: 'uncached', reason: 'task-configuration' });
});

test('echo takes no part in caching', () => {
  const plan = planOf(graph({ packages: { a: [] }, tasks: { 'a#t': 'echo x' }, current: 'a' }), select('t', { cache: 'on' }));
  expect(commandsOf(plan)[0]?.caching).toEqual({ kind: 'uncached', reason: 'builtin' });
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
  expect(mistake({ ...two, current: 'a' }, select('lint'))).toMatchObject({ hint: 'The tasks are build. There is root#lint' });
});

test.each([['-r'], ['--filter=b']])('%s behind an unknown task is told to be an argument of the task', (flag) => {
  expect(mistake({ ...two, current: '' }, select('build', { extraArgs: [flag] }))).toMatchObject({
    hint: `What follows a task is handed to it: for the run it is 'reprise run ${flag} build'. The tasks are lint. There is @x/a#build, @x/b#build`,
  });
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
  expect(() => planOf({ ...rest, workspace: { ...workspace, packages } }, select('same#t'))).toThrow(
    "Package name 'same' is ambiguous: same in 'a', same in 'b'",
  );
});

/** Of each task with runs inside it, the tasks of these. */
function nested(sketch: Sketch, asked: Asked): Record<string, string[][]> {
  const { tasks } = planOf(graph(sketch), asked);
  return Object.fromEntries(
    tasks.map(({ id, steps }) => [id, steps.filter(isNestedRun).map(({ plan }) => plan.tasks.map((task) => task.id))]),
  );
}

const nesting = {
  packages: { '': [], a: [], b: ['a'] },
  tasks: { '#ci': 'x', 'a#build': 'x', 'b#build': 'x', 'b#test': 'x' },
};

test.for([
  ['reprise run -r build', [['a#build', 'b#build']]],
  ['rp run a#build && vp run b#test', [['a#build'], ['b#test']]],
  ['vpr -r build', [['a#build', 'b#build']]],
  ['vt run -r --parallel build', [['a#build', 'b#build']]],
  ['cd b && reprise run build', [['b#build']]],
  ['FOO=1 reprise run a#build', [['a#build']]],
  ['npx reprise run a#build', []],
  ['reprise run $TASK', []],
  ['reprise run --dry-run a#build', []],
  ['reprise run a#build | cat', []],
  ['cd .. && reprise run build', []],
  ['vp run --remote-cache=off a#build', []],
] as const)('of "%s", what is the runner itself is planned in its place', ([command, plans]) => {
  expect(nested({ ...nesting, tasks: { ...nesting.tasks, '#ci': command } }, select('ci'))).toEqual({ '#ci': plans });
});

function inside(command: string, asked: Partial<Asked>): Plan {
  const { tasks } = planOf(graph({ ...nesting, tasks: { ...nesting.tasks, '#ci': command } }), select('ci', asked));
  const step = tasks[0]?.steps[0];
  if (step === undefined || !isNestedRun(step)) throw new Error('no run inside');
  return step.plan;
}

test('a run inside a task inherits cache flags, --force and --continue, and may say otherwise', () => {
  expect(commandsOf(inside('reprise run a#build', { cache: 'on' }))[0]?.caching.kind).toBe('cached');
  expect(commandsOf(inside('reprise run --no-cache a#build', { cache: 'on' }))[0]?.caching.kind).toBe('uncached');
  expect(inside('reprise run a#build', { force: true, keepGoing: true })).toMatchObject({ force: true, keepGoing: true });
  expect(inside('reprise run --force --continue a#build', {})).toMatchObject({ force: true, keepGoing: true });
});

test('a run inside a task has a limit and an order of its own', () => {
  expect(inside('reprise run --concurrency-limit 50% a#build', {}).limit).toEqual({ percentOfCores: 50 });
  const parallel = inside('reprise run --parallel -r build', { limit: { count: 3 } });
  expect(parallel.limit).toBe('unlimited');
  expect(parallel.tasks.map((task) => task.dependencies)).toEqual([[], []]);
  expect(inside('reprise run -r build', { limit: { count: 3 } }).limit).toBeUndefined();
});

test('extra arguments reach the task of a run that is the last step', () => {
  const plan = inside('reprise run a#build', { extraArgs: ['--x'] });
  expect(commandsOf(plan)[0]?.shown).toBe('x --x');
});

test('inside itself a task is left out, with a note', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#build': 'x && reprise run build' }, current: 'a' };
  const plan = planOf(graph(sketch), select('build'));
  expect(plan.notes).toEqual(['@x/a#build is left out of the run inside it: it would run itself']);
  expect(plan.tasks[0]?.steps).toMatchObject([{ shown: 'x' }, { plan: { tasks: [] } }]);
});

test('a task that would do nothing but run itself is a mistake', () => {
  const sketch = { packages: { a: [] }, tasks: { 'a#build': 'reprise run build' }, current: 'a' };
  expect(mistake(sketch, select('build'))).toMatchObject({ code: 'nothing-to-run' });
});

test('tasks that run each other are a mistake that names the way around', () => {
  const tasks = { 'a#one': 'reprise run two', 'a#two': 'reprise run three', 'a#three': 'reprise run one' };
  expect(mistake({ packages: { a: [] }, tasks, current: 'a' }, select('one'))).toMatchObject({
    code: 'task-recursion',
    message: "Tasks run each other: @x/a#one → @x/a#two → @x/a#three → @x/a#one, in 'reprise run two' of @x/a#one",
  });
});

test('a task inside that waits for the task around it is the same mistake', () => {
  const tasks = { 'a#one': 'reprise run two', 'a#two': { command: 'x', dependsOn: ['a#one'] } };
  expect(mistake({ packages: { a: [] }, tasks, current: 'a' }, select('one'))).toMatchObject({ code: 'task-recursion' });
});

test('what is wrong with a run inside a task says where it stands', () => {
  const unknown = { packages: { a: [] }, tasks: { 'a#ci': 'reprise run biuld', 'a#build': 'x' }, current: 'a' };
  expect(mistake(unknown, select('ci'))).toMatchObject({
    code: 'unknown-task',
    message: "Task 'biuld' is not in @x/a, in 'reprise run biuld' of @x/a#ci",
  });
  const flag = { packages: { a: [] }, tasks: { 'a#ci': 'reprise run --recusive build' }, current: 'a' };
  expect(mistake(flag, select('ci'))).toMatchObject({ code: 'usage', hint: "Did you mean '--recursive'?" });
});

test('with --parallel nothing waits', () => {
  expect(order(two, everywhere('build', { parallel: true }))).toEqual([['a#build'], ['b#build']]);
});

test('with --ignore-depends-on nothing is pulled in', () => {
  const tasks = { 'a#build': { command: 'x', dependsOn: ['a#gen'] }, 'a#gen': 'y' };
  expect(order({ packages: { a: [] }, tasks, current: 'a' }, select('build', { ignoreDependsOn: true }))).toEqual([['a#build']]);
});

test('--recursive does not go with a package name', () => {
  expect(mistake(two, everywhere('a#build'))).toMatchObject({ code: 'usage' });
});

test.for([
  [select('build'), ['b']],
  [select('a#build'), ['a']],
  [everywhere('build'), ['', 'a', 'b']],
] as const)('the configs of packages that may be selected must be read first, and no others', ([asked, unread]) => {
  const unreadYet = { ...graph({ ...two, current: 'b' }), read: new Set<WorkspacePath>() };
  expect(makePlan(unreadYet, { ...asked, from: 'b' as WorkspacePath }, () => [])).toEqual({ unread });
});

test('a run inside a task asks for the configs of the packages that it selects', () => {
  const sketch = { packages: { '': [], a: [], b: [] }, tasks: { '#ci': 'reprise run b#build', 'b#build': 'x' } };
  const rootOnly = { ...graph(sketch), read: new Set(['' as WorkspacePath]) };
  expect(makePlan(rootOnly, { ...select('ci'), from: '' as WorkspacePath }, () => [])).toEqual({ unread: ['b'] });
});

test('a plan is plain data', () => {
  const plan = planOf(graph(two), everywhere('build'));
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});
