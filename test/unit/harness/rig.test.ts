import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createRig } from '../../harness/rig.ts';

test('a tree shows bytes, unusual modes, links and empty directories', async () => {
  const rig = await createRig();
  await rig.write({ 'a/text': 'A', 'a/run': '#!', 'a/bytes': Buffer.from([0xff]), 'b.json': { c: 1 } });
  chmodSync(rig.path('a/run'), 0o750);
  symlinkSync('text', rig.path('a/link'));
  mkdirSync(rig.path('empty'));
  expect(rig.tree()).toEqual({
    'a/bytes': 'hex:ff',
    'a/link': '-> text',
    'a/run': '[750] #!',
    'a/text': 'A',
    'b.json': '{\n  "c": 1\n}\n',
    'empty/': '',
  });
});

test('a driven command does what it is told, in that order', async () => {
  const rig = await createRig();
  const build = await rig.command('build');
  const child = spawn(process.execPath, build.args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: rig.root });
  const invocation = await build.started();
  expect(invocation).toMatchObject({ pid: child.pid, cwd: rig.root, args: [] });
  await invocation.stdout('hello');
  expect(await once(child.stdout, 'data')).toEqual([Buffer.from('hello')]);
  invocation.exit(3);
  expect(await once(child, 'exit')).toEqual([3, null]);
  await invocation.ended;
});

test('a driven command hears signals and starts others', async () => {
  const rig = await createRig();
  const build = await rig.command('build');
  const child = spawn(process.execPath, build.args, { stdio: 'ignore' });
  const invocation = await build.started();
  const heard = await invocation.trap('SIGUSR2');
  child.kill('SIGUSR2');
  await heard();
  await invocation.spawn('grandchild');
  const grandchild = await (await rig.command('grandchild')).started();
  expect(grandchild.pid).not.toBe(invocation.pid);
  grandchild.exit(0);
  await grandchild.ended;
  invocation.exit(0);
  await invocation.ended;
});
