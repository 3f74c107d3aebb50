import { expect, test } from 'vitest';
import type { AbsolutePath, WorkspacePath } from '../../../src/base/path.ts';
import { Configs } from '../../../src/workspace/config.ts';
import type { ConfigExecutor } from '../../../src/workspace/config-executor.ts';
import { loadWorkspace } from '../../../src/workspace/packages.ts';
import { directoryWith } from '../../harness/files.ts';

type Files = Parameters<typeof directoryWith>[0];

const workspaceFiles = {
  'package.json': { workspaces: ['packages/*'] },
  'packages/a/package.json': { name: 'a' },
  'packages/b/package.json': { name: '@x/b' },
};

/** Nothing here must be run to be read. */
const runsNothing: ConfigExecutor = { execute: (file) => Promise.reject(new Error(`${file} is run`)) };

async function load(files: Files, needed = ['', 'packages/a', 'packages/b']) {
  const workspace = await loadWorkspace(directoryWith({ ...workspaceFiles, ...files }));
  return await new Configs(workspace, runsNothing).read(needed as WorkspacePath[]);
}

async function mistakes(files: Files) {
  const error = await load(files).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return (error as { diagnostics: readonly object[] }).diagnostics;
}

test('without configs, tasks are cached, scripts are not, and pre and post scripts run', async () => {
  const expected = { cache: { scripts: false, tasks: true }, cacheDirectory: undefined, enablePrePostScripts: true, packages: [] };
  expect(await load({})).toMatchObject(expected);
});

test('the config of the root says how the run caches', async () => {
  expect(await load({ 'vite-task.json': { cache: true, cacheDir: '.cache', enablePrePostScripts: false } })).toMatchObject({
    cache: { scripts: true, tasks: true },
    cacheDirectory: '.cache',
    enablePrePostScripts: false,
  });
  expect(await load({ 'reprise.config.json': { cache: { tasks: false } } })).toMatchObject({ cache: { scripts: false, tasks: false } });
});

test('a task may be a string, a list or an object', async () => {
  const tasks = { one: 'tsc', two: ['tsc', 'vite build'], three: { command: 'node x.js', cwd: 'src', dependsOn: ['one', 'b#two'] } };
  const { packages } = await load({ 'packages/a/reprise.config.json': { tasks } });
  expect(packages[0]?.tasks).toMatchObject([
    { name: 'one', commands: ['tsc'], cwd: 'packages/a', dependsOn: [] },
    { name: 'two', commands: ['tsc', 'vite build'] },
    { name: 'three', cwd: 'packages/a/src', dependsOn: [{ text: 'one' }, { text: 'b#two' }] },
  ]);
});

test('what is said about caching may stand on the task or under cache', async () => {
  const caching = { env: ['A_*', '!A_B'], untrackedEnv: ['C'], input: ['src/**'], output: [], network: 'forbid' };
  const tasks = { flat: { command: 'x', ...caching }, nested: { command: 'x', cache: caching }, off: { command: 'x', cache: false } };
  const { packages } = await load({ 'packages/a/vite-task.json': { tasks } });
  const [flat, nested, off] = packages[0]?.tasks.map((task) => task.caching) ?? [];
  expect(flat).toEqual({
    enabled: undefined,
    env: ['A_*', '!A_B'],
    untrackedEnv: ['C'],
    input: { auto: false, include: ['packages/a/src/**'], exclude: [] },
    output: { auto: false, include: [], exclude: [] },
    network: 'forbid',
    trace: 'full',
  });
  expect(nested).toEqual({ ...flat, enabled: true });
  expect(off).toMatchObject({ enabled: false, input: { auto: true, include: [], exclude: [] } });
});

test('globs become relative to the workspace', async () => {
  const input = [
    '!dist/',
    { auto: true },
    'src/',
    './x/../*.ts',
    '../b/y',
    { pattern: 'tsconfig.json', base: 'workspace' },
    { pattern: '!z', base: 'package' },
  ];
  const { packages } = await load({ 'packages/a/reprise.config.json': { tasks: { t: { command: 'x', input } } } });
  expect(packages[0]?.tasks[0]?.caching.input).toEqual({
    auto: true,
    include: ['packages/a/src/**', 'packages/a/*.ts', 'packages/b/y', 'tsconfig.json'],
    exclude: ['packages/a/dist/**', 'packages/a/z'],
  });
});

test('a config may have comments', async () => {
  const { packages } = await load({ 'reprise.config.json': '{\n  // the only one\n  "tasks": { "t": "x", },\n}' });
  expect(packages[0]?.tasks[0]).toMatchObject({ name: 't', at: { file: 'reprise.config.json', line: 3, column: 14 } });
});

test('all mistakes of all files are reported at once, each with its place', async () => {
  const config = `{
  "tsks": {},
  "cache": true,
  "tasks": {
    "a": { "comand": "x", "cwd": 1 },
    "b": { "command": 3, "inputs": [] },
    "c": { "command": "x", "dependsOn": "a", "input": ["", { "pattern": "x" }, { "auto": 1 }, 7] },
    "d#e": [1],
    "f": false
  }
}`;
  expect(await mistakes({ 'packages/a/reprise.config.json': config, 'packages/b/vite-task.json': '{' })).toEqual(
    [
      ['unknown-config-key', "Unknown key 'tsks' in the config", 2, 3, "Did you mean 'tasks'?"],
      ['invalid-config', "'cache' may only stand in the config of the workspace's root", 3, 3],
      ['invalid-config', "'tasks.a' has no 'command'", 5, 5],
      ['unknown-config-key', "Unknown key 'comand' in 'tasks.a'", 5, 12, "Did you mean 'command'?"],
      ['invalid-config', "'tasks.a.cwd' must be a string", 5, 34],
      ['invalid-config', "'tasks.b.command' must be a string or a list of strings", 6, 23],
      ['unknown-config-key', "Unknown key 'inputs' in 'tasks.b'", 6, 26, "Did you mean 'input'?"],
      ['invalid-config', "'tasks.c.dependsOn' must be a list of tasks", 7, 41],
      ['invalid-glob', "'tasks.c.input[0]' must not be empty", 7, 56],
      ['invalid-config', "'tasks.c.input[1].base' must be 'package' or 'workspace'", 7, 60],
      ['invalid-config', "'tasks.c.input[2].auto' must be true or false", 7, 90],
      ['invalid-config', '\'tasks.c.input[3]\' must be a glob, {"pattern", "base"} or {"auto"}', 7, 95],
      ['invalid-config', "'tasks.d#e' must be a name without '#'", 8, 5],
      ['invalid-config', "'tasks.d#e[0]' must be a string", 8, 13],
      ['invalid-config', "'tasks.f' must be a string or a list of strings", 9, 10],
    ]
      .map(([code, message, line, column, hint]) => {
        const at = { file: 'packages/a/reprise.config.json', line, column };
        return { code, message, at, ...(hint !== undefined && { hint }) };
      })
      .concat([
        {
          code: 'invalid-config',
          message: 'packages/b/vite-task.json is not valid JSON: expected a key in double quotes, found the end of the file',
          at: { file: 'packages/b/vite-task.json', line: 1, column: 2 },
        },
      ]),
  );
});

test.for([
  ['../../../x', 'leaves the workspace'],
  ['**/../../../../x', 'leaves the workspace'],
  ['{a,../../../b}', 'leaves the workspace'],
  ['/etc/hosts', 'must not be absolute'],
  ['a[b', "has a '[' without its ']'"],
  ['!a{b', "has a '{' without its '}'"],
] as const)('%s is no glob: it %s', async ([glob, problem]) => {
  const tasks = { t: { command: 'x', output: [glob] } };
  const message: unknown = expect.stringContaining(problem);
  expect(await mistakes({ 'packages/a/vite-task.json': { tasks } })).toMatchObject([{ code: 'invalid-glob', message, at: { line: 6 } }]);
});

test('both dialects at once, or cache: false with one of them, is a mistake', async () => {
  const tasks = { a: { command: 'x', env: [], cache: { input: [] } }, b: { command: 'x', output: [], cache: false } };
  expect(await mistakes({ 'vite-task.json': { tasks } })).toMatchObject([
    { message: "'tasks.a.env' must stand under 'cache', with the others" },
    { message: "'tasks.b.output' has no meaning with 'cache': false" },
  ]);
});

test('a package has one config', async () => {
  const found = await mistakes({ 'reprise.config.json': {}, 'vite-task.json': {} });
  expect(found).toMatchObject([{ code: 'invalid-config', at: { file: 'vite-task.json' } }]);
});

test('a config that nothing needs is not read, one that dependsOn names is', async () => {
  const files = {
    'packages/a/vite-task.json': { tasks: { t: { command: 'x', dependsOn: ['b#t'] } } },
    'packages/b/vite-task.json': { tasks: { t: 'y' } },
    'vite-task.json': {},
  };
  const directories = (needed: string[]) => load(files, needed).then(({ packages }) => packages.map((one) => one.directory));
  expect(await directories([])).toEqual(['']);
  expect(await directories(['packages/b'])).toEqual(['', 'packages/b']);
  expect(await directories(['packages/a'])).toEqual(['', 'packages/a', 'packages/b']);
});

test('a broken config harms nobody who does not need it', async () => {
  const files = { 'packages/b/vite-task.json': '{' };
  await expect(load(files, ['packages/a' as AbsolutePath])).resolves.toMatchObject({ packages: [] });
});

test.each([
  ['reprise.config.ts', "export default { tasks: { x: 'y' } } satisfies object;"],
  ['reprise.config.mts', "export default { tasks: { x: 'y' } };"],
  ['reprise.config.js', "export default { tasks: { x: 'y' } };"],
  ['reprise.config.mjs', "export default { tasks: { x: 'y' } };"],
  ['reprise.config.cjs', "module.exports = { tasks: { x: 'y' } };"],
  ['reprise.config.json', '{ "tasks": { "x": "y" } }'],
  ['vite-task.json', '{ "tasks": { "x": "y" } }'],
  ['vite.config.ts', "export default { plugins: [react()], run: { tasks: { x: 'y' } } };"],
])('%s is a home of a config', async (name, text) => {
  const { packages } = await load({ [`packages/a/${name}`]: text });
  expect(packages).toMatchObject([{ directory: 'packages/a', tasks: [{ name: 'x', commands: ['y'] }] }]);
});

test('a package has one home', async () => {
  const vite = 'export default { run: { tasks: {} } };';
  expect(await mistakes({ 'vite-task.json': {}, 'reprise.config.ts': 'export default {};' })).toMatchObject([
    { code: 'invalid-config', message: 'A package has one config, and here are two: reprise.config.ts and vite-task.json' },
  ]);
  expect(await mistakes({ 'vite-task.json': {}, 'vite.config.ts': vite })).toMatchObject([{ code: 'invalid-config' }]);
});

test('a vite.config without run is no home', async () => {
  const { packages } = await load({ 'vite-task.json': { tasks: { x: 'y' } }, 'vite.config.ts': 'export default { plugins: [react()] };' });
  expect(packages).toMatchObject([{ tasks: [{ name: 'x' }] }]);
});

test('mistakes in a module are found where they stand', async () => {
  const text = "export default {\n  tasks: { build: { comand: 'x' } },\n};";
  expect(await mistakes({ 'packages/a/reprise.config.ts': text })).toMatchObject([
    { code: 'invalid-config', at: { file: 'packages/a/reprise.config.ts', line: 2 } },
    { code: 'unknown-config-key', at: { line: 2, column: 21 }, hint: "Did you mean 'command'?" },
  ]);
});

test('a module that its text does not tell is run, and only then', async () => {
  const workspace = await loadWorkspace(directoryWith({ ...workspaceFiles, 'packages/a/reprise.config.ts': 'export default make();' }));
  const executor: ConfigExecutor = { execute: (file) => Promise.resolve({ value: { tasks: { x: file } } }) };
  const { packages } = await new Configs(workspace, executor).read(['packages/a' as WorkspacePath]);
  expect(packages).toMatchObject([{ tasks: [{ name: 'x', commands: ['packages/a/reprise.config.ts'] }] }]);
});

test('the size of the cache is a setting of the root', async () => {
  expect(await load({ 'vite-task.json': { cacheMaxSize: '5 GB' } })).toMatchObject({ cacheMaxSize: { bytes: 5_000_000_000 } });
  expect(await load({ 'vite-task.json': { cacheMaxSize: '20%' } })).toMatchObject({ cacheMaxSize: { percentOfDisk: 20 } });
  expect(await mistakes({ 'vite-task.json': { cacheMaxSize: 'big' } })).toMatchObject([
    { code: 'invalid-config', message: "'cacheMaxSize' must be a size as in '10 GB' or '10%', or a number of bytes" },
  ]);
});

/** A config of `a` whose task depends on builds of its dependencies. */
function dependingOn(from: unknown): Files {
  return { 'packages/a/vite-task.json': { tasks: { x: { command: 'y', dependsOn: [{ task: 'build', from }] } } } };
}

test('dependsOn may name a task of dependencies by kind', async () => {
  expect(await load(dependingOn('devDependencies'))).toMatchObject({
    packages: [{ tasks: [{ dependsOn: [{ kind: 'in-dependencies', task: 'build', from: ['devDependencies'] }] }] }],
  });
  expect(await mistakes(dependingOn('dependency'))).toMatchObject([{ code: 'invalid-config', at: { file: 'packages/a/vite-task.json' } }]);
});

test('a list is no config and no tasks', async () => {
  const files = { 'packages/a/reprise.config.json': '[]', 'packages/b/vite-task.json': '{\n  "tasks": []\n}' };
  expect(await mistakes(files)).toEqual([
    { code: 'invalid-config', message: 'the config must be an object', at: { file: 'packages/a/reprise.config.json', line: 1, column: 1 } },
    { code: 'invalid-config', message: "'tasks' must be an object", at: { file: 'packages/b/vite-task.json', line: 2, column: 12 } },
  ]);
});
