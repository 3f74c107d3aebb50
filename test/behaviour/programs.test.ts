import { appendFileSync, chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../harness/rig.ts';
import { createTasks } from '../harness/tasks.ts';
import { compileC } from '../harness/traced.ts';

const script = (text: string) => `#!/bin/sh\necho ${text}\n`;
const toolChanged = (name: string) => ({ code: 'tool-changed', name });

describe.each([
  ['as the command', 'tool'],
  ['by a shell', `sh -c 'tool; :'`],
  ['by node', `node -e "require('child_process').spawnSync('tool', {stdio: 'inherit'})"`],
])('a program from outside the workspace, executed %s,', (_, build) => {
  test('is an input by its content', async () => {
    const { run, put } = await withTools({ build });
    const tool = put('first/tool', script('one'));
    await run();
    expect((await run()).outcome).toBe('restored');
    put('first/tool', script('two'));
    expect(await run()).toMatchObject({ miss: toolChanged('tool'), stdout: expect.stringContaining('two\n') });
    rmSync(tool);
    put('first/tool', script('one'));
    expect((await run()).outcome).toBe('restored');
  });

  test('is looked for again, so that one found earlier in PATH is a miss', async () => {
    const { run, put } = await withTools({ build });
    put('second/tool', script('two'));
    await run();
    const earlier = put('first/tool', script('one'));
    expect(await run()).toMatchObject({ miss: toolChanged('tool'), stdout: expect.stringContaining('one\n') });
    rmSync(earlier);
    expect((await run()).outcome).toBe('restored');
  });
});

test('a program that appears in node_modules/.bin is another program', async () => {
  const { rig, run, put } = await withTools({ build: 'tool' });
  put('first/tool', script('outside'));
  await run();
  putProgram(rig.path('node_modules/.bin/tool'), script('inside'));
  expect(await run()).toMatchObject({ miss: { code: 'program-changed' }, stdout: expect.stringContaining('inside\n') });
});

test('a program that appears in node_modules/.bin is found by a shell too', async () => {
  const { rig, run, put } = await withTools({ build: `sh -c 'tool; :'` });
  put('first/tool', script('outside'));
  await run();
  putProgram(rig.path('node_modules/.bin/tool'), script('inside'));
  expect(await run()).toMatchObject({ miss: toolChanged('tool'), stdout: expect.stringContaining('inside\n') });
});

test('a program of the workspace is a file like any other, behind the links that lead to it', async () => {
  const { rig, run } = await withTools({ build: 'tool' });
  putProgram(rig.path('node_modules/tool/cli.sh'), script('one'));
  mkdirSync(rig.path('node_modules/.bin'));
  symlinkSync('../tool/cli.sh', rig.path('node_modules/.bin/tool'));
  await run();
  expect((await run()).outcome).toBe('restored');
  putProgram(rig.path('node_modules/tool/cli.sh'), script('two'));
  expect((await run()).miss).toEqual({ code: 'input-changed', path: 'node_modules/tool/cli.sh', change: 'modified' });
});

test('another program under the same name is the same if its bytes are', async () => {
  const { run, put } = await withTools({ build: 'tool' });
  put('second/tool', script('one'));
  await run();
  put('first/tool', script('one'));
  expect((await run()).outcome).toBe('restored');
});

test('another node is a miss', async () => {
  const { rig, run } = await withTools({ build: 'node a.txt' });
  copyFileSync('/bin/cat', `${rig.temp}/first/node`);
  await run();
  expect((await run()).outcome).toBe('restored');
  appendFileSync(`${rig.temp}/first/node`, '\0');
  expect((await run()).miss).toEqual(toolChanged('node'));
});

test('what `#!` names is a program too', async () => {
  const { rig, run, put } = await withTools({ build: './script' });
  copyFileSync('/bin/sh', `${rig.temp}/second/interpreter`);
  putProgram(rig.path('script'), `#!${rig.temp}/second/interpreter\necho hello\n`);
  put('first/unused', script('unused'));
  await run();
  expect((await run()).outcome).toBe('restored');
  appendFileSync(`${rig.temp}/second/interpreter`, '\0');
  expect((await run()).miss).toEqual(toolChanged('interpreter'));
});

test('what loads a program is a program too', async () => {
  const { rig, run } = await withTools({ build: './program' });
  copyFileSync('/lib64/ld-linux-x86-64.so.2', `${rig.temp}/loader`);
  chmodSync(`${rig.temp}/loader`, 0o755);
  compileC(rig.root, 'int main(void) { return 0; }', `-Wl,--dynamic-linker=${rig.temp}/loader`);
  await run();
  expect((await run()).outcome).toBe('restored');
  appendFileSync(`${rig.temp}/loader`, '\0');
  expect((await run()).miss).toEqual(toolChanged(`${rig.temp}/loader`));
});

test('a script from outside the workspace brings its package.json', async () => {
  const { rig, run, put } = await withTools({ build: 'tool' });
  put('lib/tool/bin/cli.sh', script('hello'));
  symlinkSync('../lib/tool/bin/cli.sh', `${rig.temp}/first/tool`);
  writeFileSync(`${rig.temp}/lib/tool/package.json`, '{"version": "1.0.0"}');
  await run();
  expect((await run()).outcome).toBe('restored');
  writeFileSync(`${rig.temp}/lib/tool/package.json`, '{"version": "1.0.1"}');
  expect((await run()).miss).toEqual(toolChanged(`${rig.temp}/lib/tool/package.json`));
});

test('a program that was named by its place is that one, whatever else has its name', async () => {
  const { run, put } = await withTools({ build: `sh -c '../temp/second/tool; :'` });
  const tool = put('second/tool', script('one'));
  await run();
  put('first/tool', script('other'));
  expect((await run()).stdout).toContain('one\n');
  writeFileSync(tool, script('two'));
  expect(await run()).toMatchObject({ outcome: 'executed', stdout: expect.stringContaining('two\n') });
});

/** `first` and `second` of the temporary directory come first in PATH. */
async function withTools(tasks: Record<string, string>) {
  const { rig, run } = await createTasks(tasks, { 'a.txt': 'A' });
  for (const name of ['first', 'second']) mkdirSync(`${rig.temp}/${name}`);
  const env = { PATH: `${rig.temp}/first:${rig.temp}/second:${process.env['PATH']}` };
  const put = (path: string, text: string) => putProgram(`${rig.temp}/${path}`, text);
  return { rig, put, run: (options: RunOptions = {}) => run('build', { ...options, env: { ...env, ...options.env } }) };
}

function putProgram(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}
