import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { WorkspacePath } from '../../src/base/path.ts';
import { ConfigRuns } from '../../src/config-execution.ts';
import { findTraceHelper } from '../../src/execute/trace/tracer.ts';
import { createRig, type FileContent, type Rig, type RunOptions } from '../harness/rig.ts';

/** A config that leaves a mark in the temporary directory each time it is run. */
const marking = `import { appendFileSync } from 'node:fs';\nappendFileSync(process.env.TMPDIR + '/runs', 'x');\n`;

async function workspace(config: string, files: Readonly<Record<string, FileContent>> = {}, name = 'reprise.config.ts'): Promise<Rig> {
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'app', type: 'module' }, [name]: config, ...files });
  return rig;
}

/** What the task prints, and how often the config was run since the last time. */
async function shown(rig: Rig, options: RunOptions = {}) {
  const marks = `${rig.temp}/runs`;
  rmSync(marks, { force: true });
  const { stdout, stderr, exitCode } = await rig.run(['run', 'show'], options);
  const printed = stdout.split('\n').find((line) => !line.startsWith('$') && line !== '');
  return { printed, runs: existsSync(marks) ? readFileSync(marks, 'utf8').length : 0, stderr, exitCode };
}

const said = (text: string) => `export default { tasks: { show: 'echo ' + ${text} } };`;

test.each([
  ['reprise.config.ts', `const text: string = ['a'].join();\n${said('text')}`],
  ['reprise.config.mjs', `const text = ['a'].join();\n${said('text')}`],
  ['reprise.config.js', `export default async () => ({ tasks: { show: ['echo', 'a'].join(' ') } });`],
  ['reprise.config.cjs', `module.exports = { tasks: { show: ['echo', 'a'].join(' ') } };`],
  ['vite.config.ts', `const text = ['a'].join();\nexport default { plugins: [() => {}], run: { tasks: { show: 'echo ' + text } } };`],
])('%s that must be run is run', async (name, text) => {
  expect(await shown(await workspace(text, {}, name))).toMatchObject({ printed: 'a', exitCode: 0 });
});

test('what a config gave is remembered, and what it printed goes to stderr', async () => {
  const rig = await workspace(`${marking}console.log('from the config');\n${said("['a'].join()")}`);
  expect(await shown(rig)).toMatchObject({ printed: 'a', runs: 1, stderr: 'from the config\n' });
  expect(await shown(rig)).toMatchObject({ printed: 'a', runs: 0, stderr: '' });
});

test('a config is run again when what it rests on has changed', async () => {
  const text = `${marking}import { existsSync, readdirSync, readFileSync } from 'node:fs';
    import { part } from './part.ts';
    const here = new URL('.', import.meta.url);
    const parts = [part, readFileSync(new URL('read', here), 'utf8'), readdirSync(new URL('listed', here)), existsSync(new URL('absent', here))];
    ${said("parts.join('-')")}`;
  const rig = await workspace(text, { 'part.ts': "export const part: string = 'p';", read: 'r', 'listed/one': '' });
  expect(await shown(rig)).toMatchObject({ printed: 'p-r-one-false', runs: 1 });
  await rig.write({ 'part.ts': "export const part: string = 'q';" });
  expect(await shown(rig)).toMatchObject({ printed: 'q-r-one-false', runs: 1 });
  await rig.write({ read: 's' });
  expect(await shown(rig)).toMatchObject({ printed: 'q-s-one-false', runs: 1 });
  await rig.write({ 'listed/two': '' });
  expect(await shown(rig)).toMatchObject({ printed: 'q-s-one,two-false', runs: 1 });
  await rig.write({ absent: '' });
  expect(await shown(rig)).toMatchObject({ printed: 'q-s-one,two-true', runs: 1 });
  expect(await shown(rig)).toMatchObject({ printed: 'q-s-one,two-true', runs: 0 });
});

test('variables that it read count, others do not, and going back hits', async () => {
  const rig = await workspace(`${marking}${said("(process.env.MODE ?? 'unset')")}`);
  expect(await shown(rig)).toMatchObject({ printed: 'unset', runs: 1 });
  expect(await shown(rig, { env: { MODE: 'dev' } })).toMatchObject({ printed: 'dev', runs: 1 });
  expect(await shown(rig, { env: { OTHER: 'x' } })).toMatchObject({ printed: 'unset', runs: 0 });
  expect(await shown(rig, { env: { MODE: 'dev' } })).toMatchObject({ printed: 'dev', runs: 0 });
});

test('variables that it read count by their bytes, UTF-8 or not', async () => {
  const rig = await workspace(`${marking}${said('String(process.env.MODE?.length)')}`);
  expect(await shown(rig, { env: { MODE: '\udcff' } })).toMatchObject({ printed: '1', runs: 1 });
  expect(await shown(rig, { env: { MODE: '\udcfe' } })).toMatchObject({ printed: '1', runs: 1 });
  expect(await shown(rig, { env: { MODE: '\udcff' } })).toMatchObject({ printed: '1', runs: 0 });
});

test('no value of the environment is stored in clear', async () => {
  const rig = await workspace(`${marking}${said('String(process.env.TOKEN?.length)')}`);
  expect(await shown(rig, { env: { TOKEN: 'hunter2-hunter2' } })).toMatchObject({ printed: '15', runs: 1 });
  expect(JSON.stringify(rig.tree('node_modules'))).not.toContain(Buffer.from('hunter2-hunter2').toString('hex'));
  expect(JSON.stringify(rig.tree('node_modules'))).not.toContain('hunter2-hunter2');
});

test('which variables there are counts for a config that lists them', async () => {
  const rig = await workspace(`${marking}${said("Object.keys(process.env).filter((name) => name.startsWith('X_')).join()")}`);
  expect(await shown(rig, { env: { X_A: '1' } })).toMatchObject({ printed: 'X_A', runs: 1 });
  expect(await shown(rig, { env: { X_A: '2' } })).toMatchObject({ printed: 'X_A', runs: 0 });
  expect(await shown(rig, { env: { X_A: '1', X_B: '' } })).toMatchObject({ printed: 'X_A,X_B', runs: 1 });
});

test('a config that runs programs is run each time', async () => {
  const text = `${marking}import { execFileSync } from 'node:child_process';\n${said("execFileSync('/bin/echo', ['a'], { encoding: 'utf8' }).trim()")}`;
  const rig = await workspace(text);
  expect(await shown(rig)).toMatchObject({ printed: 'a', runs: 1 });
  expect(await shown(rig)).toMatchObject({ printed: 'a', runs: 1 });
});

test('a dry run remembers nothing', async () => {
  const rig = await workspace(`${marking}${said("['a'].join()")}`);
  const before = rig.tree();
  await rig.run(['run', '--dry-run', 'show']);
  expect(rig.tree()).toEqual(before);
});

test.each([
  ['throw new Error("no");', 'config-failed', 'reprise.config.ts threw: no'],
  ['process.exit(0);', 'config-failed', 'reprise.config.ts ended before it gave a config'],
  [
    'export default { tasks: { show: () => {} } };',
    'invalid-config',
    "reprise.config.ts: 'tasks.show' is a function, which no config can hold",
  ],
  ['const config = {};\nconfig.tasks = config;\nexport default config;', 'invalid-config', "reprise.config.ts: 'tasks' holds itself"],
  ['export default { tasks: new Map() };', 'invalid-config', "reprise.config.ts: 'tasks' is a Map, which no config can hold"],
  ['export default { tsks: [1].length };', 'unknown-config-key', "Unknown key 'tsks' in the config"],
])('a config that says %s is a mistake', async (text, code, message) => {
  const { stderr, exitCode } = await shown(await workspace(text));
  expect(stderr).toContain(`error[${code}]: ${message}`);
  expect(stderr).toContain('--> reprise.config.ts');
  expect(exitCode).toBe(1);
});

test('a config that takes too long is ended with all that it started', async () => {
  const rig = await createRig();
  const child = await rig.command('child');
  const args = JSON.stringify(child.args);
  await rig.write({
    'reprise.config.mjs': `import { spawnSync } from 'node:child_process';\nspawnSync(process.execPath, ${args});\nexport default {};`,
  });
  let endTime: (() => void) | undefined;
  const runs = new ConfigRuns({
    root: rig.root,
    env: { PATH: process.env['PATH'] },
    cache: undefined,
    remembers: false,
    helper: findTraceHelper(),
    traceRoots: [rig.root],
    scratch: rig.temp,
    timer: (_milliseconds, callback) => {
      endTime = callback;
      return () => undefined;
    },
    onOutput: () => undefined,
  });
  const answer = runs.execute('reprise.config.mjs' as WorkspacePath);
  const hanging = await child.started();
  endTime?.();
  expect(await answer).toMatchObject({ code: 'config-timeout', at: { file: 'reprise.config.mjs' } });
  await hanging.ended;
  runs.close();
});
