import { expect, test } from 'vitest';
import { createRig, type Rig, type RunOptions } from '../harness/rig.ts';

/** A workspace whose config gives the value of an expression. */
async function saying(expression: string): Promise<Rig> {
  const rig = await createRig();
  const config = `export default { tasks: { show: 'echo ' + (${expression}) } };`;
  await rig.write({
    'package.json': { name: 'app' },
    'reprise.config.mjs': `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${config}`,
  });
  return rig;
}

async function shown(rig: Rig, options: RunOptions): Promise<string | undefined> {
  const { stdout } = await rig.run(['run', 'show'], options);
  return stdout.split('\n').find((line) => !line.startsWith('$') && line !== '');
}

const inThread = `await new Promise((resolve) => new (require('node:worker_threads').Worker)(
  "require('node:worker_threads').parentPort.postMessage(process.env.COLOR)", { eval: true }).once('message', resolve))`;

test.each([
  ['asks whether there is', `Object.hasOwn(process.env, 'COLOR') ? 'blue' : 'red'`, {}],
  ['takes from its module', `(await import('node:process')).env.COLOR ?? 'red'`, {}],
  [
    'reads in a process of node',
    `require('node:child_process').execFileSync(process.execPath, ['-p', 'process.env.COLOR ?? "red"']).toString().trim()`,
    {},
  ],
  ['reads in a thread', `${inThread} ?? 'red'`, {}],
  ['reads before, in what Node is told to load first', `globalThis.color ?? 'red'`, { NODE_OPTIONS: '--require ./first.cjs' }],
])('a config never gives a stale value: a variable that it %s', async (_, expression, env) => {
  const rig = await saying(expression);
  await rig.write({ 'first.cjs': 'globalThis.color = process.env.COLOR;' });
  expect(await shown(rig, { env })).toBe('red');
  expect(await shown(rig, { env: { ...env, COLOR: 'blue' } })).toBe('blue');
});

test.each([
  ['home directory', `require('node:os').homedir()`, 'HOME'],
  ['temporary directory', `require('node:os').tmpdir()`, 'TMPDIR'],
])('a config never gives a stale value: the %s', async (_, expression, name) => {
  const rig = await saying(expression);
  await rig.write({ 'one/x': '', 'two/x': '' });
  for (const place of ['one', 'two']) expect(await shown(rig, { env: { [name]: rig.path(place) } })).toBe(rig.path(place));
});

test('a config never gives a stale value: the time zone', async () => {
  const rig = await saying(`Intl.DateTimeFormat().resolvedOptions().timeZone`);
  for (const zone of ['Europe/Rome', 'Asia/Tokyo']) expect(await shown(rig, { env: { TZ: zone } })).toBe(zone);
});

test('what a config leaves running may go on writing', async () => {
  const rig = await saying(`(process.on('exit', () => require('node:fs').writeSync(1, 'the end')), 'value')`);
  const { stdout, stderr } = await rig.run(['run', 'show']);
  expect(stdout).toContain('value');
  expect(stderr).toContain('the end');
});
