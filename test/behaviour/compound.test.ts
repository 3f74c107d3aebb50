import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTasks } from '../harness/tasks.ts';

const restored = { outcome: 'restored' };
const executed = { outcome: 'executed', notStored: undefined };

test('each step of a command hits or misses on its own', async () => {
  const { rig, run } = await createTasks({ build: 'cp a.txt a.out && cp b.txt b.out' }, { 'a.txt': 'A', 'b.txt': 'B' });
  expect((await run()).steps).toMatchObject([executed, executed]);
  await rig.write({ 'b.txt': 'B2' });
  expect((await run()).steps).toMatchObject([restored, executed]);
  await rig.write({ 'a.txt': 'A2' });
  expect((await run()).steps).toMatchObject([executed, restored]);
  expect(rig.tree()).toMatchObject({ 'a.out': 'A2', 'b.out': 'B2' });
});

test('what a step reads of the step before is its input', async () => {
  const { rig, run } = await createTasks({ build: 'cp a.txt one && cp one two' }, { 'a.txt': 'A' });
  await run();
  await rig.write({ 'a.txt': 'A2' });
  expect((await run()).steps[1]?.miss).toEqual({ code: 'input-changed', path: 'one', change: 'modified' });
  expect((await run()).steps).toMatchObject([restored, restored]);
  await rig.write({ 'a.txt': 'A' });
  expect((await run()).steps).toMatchObject([restored, restored]);
  expect(rig.tree()).toMatchObject({ one: 'A', two: 'A' });
});

test('a program that an earlier hit is about to bring back is the one that counts', async () => {
  const local = `sh -c 'mkdir -p node_modules/.bin; printf "#!/bin/sh\\necho local" > node_modules/.bin/tool; chmod +x node_modules/.bin/tool'`;
  const { rig, run } = await createTasks({ build: `${local} && tool` }, { 'bin/tool': '#!/bin/sh\necho outside\n' });
  const env = { PATH: `${rig.path('../elsewhere')}:${process.env['PATH']}` };
  await rig.write({ '../elsewhere/tool': '#!/bin/sh\necho outside\n' });
  chmodSync(rig.path('../elsewhere/tool'), 0o755);
  expect((await run('build', { env })).stdout).toContain('local');
  await rig.remove('node_modules/.bin');
  expect((await run('build', { env })).stdout).toContain('local');
});

test('a command may remove node_modules in mid-run', async () => {
  const { run } = await createTasks({ build: `rm -rf node_modules && sh -c 'echo one' && sh -c 'echo two'` }, { 'node_modules/a.js': '' });
  expect(await run()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('two\n') });
});

test('a step after one that came to the same result hits', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'sed s/#.*// a.txt > one' && cp one two` }, { 'a.txt': 'A# one' });
  await run();
  await rig.write({ 'a.txt': 'A# two' });
  expect((await run()).steps).toMatchObject([executed, restored]);
});

test('a step may rewrite what the step before made', async () => {
  const files = { 'gen.sh': 'mkdir -p dist; cp a.txt dist/x.js', 'a.txt': 'one' };
  const { rig, run } = await createTasks({ build: 'sh gen.sh && sed -i s/one/two/ dist/x.js' }, files);
  expect((await run()).steps).toMatchObject([executed, executed]);
  expect((await run()).steps).toMatchObject([
    { ...restored, written: 0 },
    { ...restored, written: 0 },
  ]);
  await rig.remove('dist');
  expect((await run()).steps).toMatchObject([restored, restored]);
  expect(rig.tree('dist')).toEqual({ 'x.js': 'two' });
});

test('what two steps made in turns is put back from either state', async () => {
  const files = { 'gen.sh': 'mkdir -p dist; cp a.txt dist/x.js', 'a.txt': 'one' };
  const { rig, run } = await createTasks({ build: 'sh gen.sh && sed -i s/^/mark/ dist/x.js' }, files);
  await run();
  await rig.write({ 'a.txt': 'two' });
  expect((await run()).steps).toMatchObject([executed, executed]);
  expect(rig.tree('dist')).toEqual({ 'x.js': 'marktwo' });
  await rig.write({ 'a.txt': 'one' });
  expect((await run()).steps).toMatchObject([restored, restored]);
  expect(rig.tree('dist')).toEqual({ 'x.js': 'markone' });
});

test('a step may append to what the step before made', async () => {
  const { rig, run } = await createTasks({ build: `sh -c 'echo 1 > log' && sh -c 'echo 2 >> log'` });
  expect((await run()).steps).toMatchObject([executed, executed]);
  await run();
  await rig.remove('log');
  expect((await run()).steps).toMatchObject([restored, restored]);
  expect(rig.tree()['log']).toBe('1\n2\n');
});

test('a step may delete what the step before made', async () => {
  const { rig, run } = await createTasks({ build: 'cp a.txt one && mv one two' }, { 'a.txt': 'A' });
  expect((await run()).steps).toMatchObject([executed, executed]);
  expect((await run()).steps).toMatchObject([
    { ...restored, written: 0 },
    { ...restored, removed: 0 },
  ]);
  await rig.remove('two');
  expect((await run()).steps).toMatchObject([restored, restored]);
  expect(Object.keys(rig.tree())).toContain('two');
  expect(Object.keys(rig.tree())).not.toContain('one');
});

test('a step that moves what the step before made has it for an input', async () => {
  const { rig, run } = await createTasks({ build: 'cp a.txt one && mv one two' }, { 'a.txt': 'A' });
  await run();
  await rig.write({ 'a.txt': 'B' });
  await run();
  expect(rig.tree()['two']).toBe('B');
  await rig.write({ 'a.txt': 'A' });
  expect((await run()).steps).toMatchObject([restored, restored]);
  expect(rig.tree()['two']).toBe('A');
});

test('a step that moves the whole directory of the step before has its files for inputs', async () => {
  const { rig, run } = await createTasks({ build: 'cp -r src dist.tmp && mv dist.tmp dist', clean: 'true' }, { 'src/a.txt': 'A' });
  await run();
  await rig.remove('dist');
  await rig.write({ 'src/a.txt': 'B' });
  await run();
  expect(rig.tree('dist')).toEqual({ 'a.txt': 'B' });
  await rig.remove('dist');
  await rig.write({ 'src/a.txt': 'A' });
  await run();
  expect(rig.tree('dist')).toEqual({ 'a.txt': 'A' });
});

test('a step that failed leaves the ones before it stored', async () => {
  const { rig, run } = await createTasks({ build: 'cp a.txt one && cat missing.txt' }, { 'a.txt': 'A' });
  expect((await run()).steps).toMatchObject([executed, { outcome: 'failed' }]);
  await rig.write({ 'missing.txt': '' });
  expect((await run()).steps).toMatchObject([restored, executed]);
});

test('steps are told in their order, whoever ran', async () => {
  const { rig, run } = await createTasks(
    { build: 'echo first && cat a.txt && echo third && cat b.txt' },
    { 'a.txt': 'A\n', 'b.txt': 'B\n' },
  );
  await run();
  await rig.write({ 'b.txt': 'B2\n' });
  const lines = (await run()).stdout.split('\n');
  expect(lines.filter((line) => ['first', 'A', 'third', 'B2'].includes(line))).toEqual(['first', 'A', 'third', 'B2']);
});

test('a tree of tasks hits where a dependency came to the same bytes, and only there', async () => {
  const tasks = {
    lib: `sh -c 'sed s/#.*// a.txt > lib.out'`,
    one: { command: 'cp lib.out one.out', dependsOn: ['lib'] },
    two: { command: 'cp one.out two.out', dependsOn: ['one'] },
  };
  const { rig, run } = await createTasks(tasks, { 'a.txt': 'A# one' });
  await run('two');
  await rig.write({ 'a.txt': 'A# two' });
  expect((await run('two')).tasks).toMatchObject({ 'app#lib': executed, 'app#one': restored, 'app#two': restored });
  await rig.write({ 'a.txt': 'B# two' });
  expect((await run('two')).tasks).toMatchObject({ 'app#lib': executed, 'app#one': executed, 'app#two': executed });
});
