import { describe, expect, test } from 'vitest';
import { Cancellation } from '../../src/schedule/cancel.ts';
import { readConfig, type ReadingOptions } from '../harness/configs.ts';
import { createRig, type FileContent, type Rig } from '../harness/rig.ts';

/** Without the work of remembering it. */
const readOnce = (rig: Rig, file: string, options: ReadingOptions = {}) => readConfig(rig, file, { ...options, isReadOnly: true });

const tasks = { tasks: { build: { command: 'tsc' } } };

describe('a config is executed where it is', () => {
  test.each<[string, string, Readonly<Record<string, FileContent>>]>([
    ['an object', 'reprise.config.mjs', { 'reprise.config.mjs': `export default { tasks: { build: { command: 'ts' + 'c' } } };` }],
    ['a function', 'reprise.config.js', { 'reprise.config.js': `module.exports = () => ({ tasks: { build: { command: 'tsc' } } });` }],
    [
      'a function that waits',
      'reprise.config.mjs',
      { 'reprise.config.mjs': `export default async () => ({ tasks: { build: { command: await Promise.resolve('tsc') } } });` },
    ],
    [
      'a promise',
      'reprise.config.mjs',
      { 'reprise.config.mjs': `export default Promise.resolve({ tasks: { build: { command: 'tsc' } } });` },
    ],
    [
      'TypeScript',
      'reprise.config.ts',
      { 'reprise.config.ts': `const command: string = 'tsc'; export default { tasks: { build: { command } } } satisfies object;` },
    ],
    [
      'TypeScript that cannot merely be stripped, and imports without an ending',
      'reprise.config.mts',
      {
        'reprise.config.mts': `import { compiler } from './tools'; enum Step { Build = 'build' } export default { tasks: { [Step.Build]: { command: compiler } } };`,
        'tools.ts': `export const compiler: string = 'tsc';`,
      },
    ],
    [
      'CommonJS',
      'reprise.config.cjs',
      { 'reprise.config.cjs': `exports.tasks = { build: { command: require('./tool.cjs') } };`, 'tool.cjs': `module.exports = 'tsc';` },
    ],
    [
      'a module that uses CommonJS names',
      'reprise.config.mjs',
      {
        'reprise.config.mjs': `export default { tasks: { build: { command: require(__dirname + '/tool.cjs') } } };`,
        'tool.cjs': `module.exports = 'tsc';`,
      },
    ],
    [
      'the run of a vite config',
      'vite.config.mjs',
      {
        'vite.config.mjs': `import { defineConfig } from 'vite';
          export default defineConfig(({ command, mode }) => ({ plugins: [{ name: 'x', load() {} }], run: { tasks: { [command]: { command: 'tsc' } } }, mode }));`,
        'node_modules/vite/package.json': { name: 'vite', type: 'module', exports: './index.js' },
        'node_modules/vite/index.js': 'export const defineConfig = (config) => config;',
      },
    ],
    [
      'members that are undefined',
      'reprise.config.mjs',
      { 'reprise.config.mjs': `export default { cache: undefined, tasks: { build: { command: 'tsc', cwd: undefined } } };` },
    ],
  ])('and gives plain data: %s', async (_, file, files) => {
    const rig = await createRig();
    await rig.write(files);
    expect(await readOnce(rig, file)).toMatchObject({ answer: { value: tasks } });
  });

  test('and a vite config without run gives nothing', async () => {
    const rig = await createRig();
    await rig.write({ 'vite.config.mjs': 'export default { plugins: [() => 1] };' });
    expect((await readOnce(rig, 'vite.config.mjs')).answer).toEqual({ value: undefined });
  });

  test('and functions are called as for a build, in the mode of NODE_ENV', async () => {
    const rig = await createRig();
    await rig.write({ 'reprise.config.mjs': 'export default (context) => ({ context });' });
    const context = { command: 'build', isSsrBuild: false, isPreview: false };
    expect((await readOnce(rig, 'reprise.config.mjs')).answer).toEqual({ value: { context: { ...context, mode: 'production' } } });
    const { answer } = await readOnce(rig, 'reprise.config.mjs', { env: { NODE_ENV: 'test' } });
    expect(answer).toEqual({ value: { context: { ...context, mode: 'test' } } });
  });

  test('in the directory of its package, with the whole environment of the runner', async () => {
    const rig = await createRig();
    await rig.write({ 'packages/a/reprise.config.mjs': 'export default { cwd: process.cwd(), color: process.env.MY_COLOR };' });
    const { answer } = await readOnce(rig, 'packages/a/reprise.config.mjs', { env: { MY_COLOR: 'red' } });
    expect(answer).toEqual({ value: { cwd: rig.path('packages/a'), color: 'red' } });
  });

  test('and what it prints, by whatever way, is apart from what it gives', async () => {
    const rig = await createRig();
    await rig.write({
      'reprise.config.mjs': `
        import { writeSync } from 'node:fs';
        import { execFileSync } from 'node:child_process';
        console.log('by console'); process.stdout.write('by stdout\\n'); writeSync(1, 'by descriptor\\n'); console.error('by stderr');
        execFileSync('echo', ['by child'], { stdio: 'inherit' });
        process.on('exit', () => console.log('at the end'));
        export default { a: 1 };`,
    });
    const { answer, printed } = await readOnce(rig, 'reprise.config.mjs');
    expect(answer).toEqual({ value: { a: 1 } });
    expect(printed().trim().split('\n').sort()).toEqual([
      'at the end',
      'by child',
      'by console',
      'by descriptor',
      'by stderr',
      'by stdout',
    ]);
  });

  test('and what it leaves open keeps nobody waiting', async () => {
    const rig = await createRig();
    await rig.write({ 'reprise.config.mjs': `setInterval(() => {}, 1000); export default { a: 1 };` });
    expect((await readOnce(rig, 'reprise.config.mjs', { timer: () => () => {} })).answer).toEqual({ value: { a: 1 } });
  });
});

describe('a config that', () => {
  test.each<[string, string, object]>([
    [
      'throws',
      `\nthrow new Error('no tool');`,
      { code: 'config-failed', message: 'reprise.config.mjs failed: no tool', at: { file: 'reprise.config.mjs', line: 2, column: 7 } },
    ],
    [
      'throws in what it calls',
      `const f = () => {\n  throw new Error('no tool\\nmore');\n};\nexport default () => f();`,
      { code: 'config-failed', message: 'reprise.config.mjs failed: no tool', at: { file: 'reprise.config.mjs', line: 2 } },
    ],
    [
      'throws what is no error',
      `throw 'nothing';`,
      { code: 'config-failed', message: 'reprise.config.mjs failed: nothing', at: { file: 'reprise.config.mjs' } },
    ],
    [
      'rejects',
      `export default Promise.reject(new Error('too late'));`,
      { code: 'config-failed', message: 'reprise.config.mjs failed: too late' },
    ],
    ['is no JavaScript', `\nexport default { tasks: ];`, { code: 'config-failed', at: { file: 'reprise.config.mjs', line: 2 } }],
    [
      'imports what is not there',
      `import './gone.js';`,
      { code: 'config-failed', message: expect.stringContaining('./gone.js') as string },
    ],
    [
      'ends its process',
      'process.exit(3);',
      { code: 'config-failed', message: 'reprise.config.mjs gave no value: its process ended with exit code 3' },
    ],
    ['waits for nothing', 'await new Promise(() => {});', { code: 'config-failed' }],
    [
      'exports nothing',
      'export const tasks = {};',
      { code: 'invalid-config', message: 'reprise.config.mjs: what it exports is undefined, and only plain data can stand there' },
    ],
    [
      'exports a function in its data',
      `export default { tasks: { build: { command: () => 'tsc' } } };`,
      {
        code: 'invalid-config',
        message: `reprise.config.mjs: 'tasks.build.command' is a function, and only plain data can stand there`,
        at: { file: 'reprise.config.mjs' },
      },
    ],
    [
      'exports a class instance',
      `export default { tasks: [new Map()] };`,
      { code: 'invalid-config', message: expect.stringContaining(`'tasks[0]' is a Map`) as string },
    ],
    [
      'exports a symbol',
      `export default { a: Symbol('x') };`,
      { code: 'invalid-config', message: expect.stringContaining(`'a' is a symbol`) as string },
    ],
    [
      'exports a bigint',
      `export default { a: 1n };`,
      { code: 'invalid-config', message: expect.stringContaining(`'a' is a bigint`) as string },
    ],
    [
      'exports what is no number',
      `export default { 'my task': NaN };`,
      { code: 'invalid-config', message: expect.stringContaining(`'["my task"]' is NaN`) as string },
    ],
    [
      'exports a cycle',
      `const a = {}; a.b = { a }; export default a;`,
      { code: 'invalid-config', message: expect.stringContaining(`'b.a' is a cycle`) as string },
    ],
  ])('%s is told with its place', async (_, text, diagnostic) => {
    const rig = await createRig();
    await rig.write({ 'reprise.config.mjs': text });
    expect((await readOnce(rig, 'reprise.config.mjs')).answer).toMatchObject(diagnostic);
  });

  const hanging = `
    import { spawn } from 'node:child_process';
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    console.log(process.pid + ' ' + child.pid);
    setInterval(() => {}, 1000);
    await new Promise(() => {});`;

  test('gives no value for 10 s is ended with all that it started', async () => {
    const rig = await createRig();
    await rig.write({ 'reprise.config.mjs': hanging });
    let endTime: (() => void) | undefined;
    const asked: number[] = [];
    const { answer, printed } = await readOnce(rig, 'reprise.config.mjs', {
      timer: (milliseconds, callback) => {
        asked.push(milliseconds);
        endTime = callback;
        return () => {};
      },
      // It has started what it starts.
      onOutput: () => endTime?.(),
    });
    expect(answer).toMatchObject({ code: 'config-timeout', message: 'reprise.config.mjs gave no value within 10 s and was ended' });
    expect(asked).toEqual([10_000]);
    expectGone(printed());
  });

  test('is executed when the run is cut short is ended, too', async () => {
    const rig = await createRig();
    await rig.write({ 'reprise.config.mjs': hanging });
    const cancellation = new Cancellation({ timer: () => () => {} });
    const onOutput = () => cancellation.ask('SIGINT');
    const { answer, printed } = await readOnce(rig, 'reprise.config.mjs', { cancellation, onOutput, timer: () => () => {} });
    expect(answer).toMatchObject({ code: 'config-failed', message: 'reprise.config.mjs gave no value before it was interrupted' });
    expectGone(printed());
  });
});

/** The processes that a config has named. */
function expectGone(printed: string): void {
  const pids = printed.trim().split(' ').map(Number);
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
}
