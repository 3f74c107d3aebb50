import { expect, test } from 'vitest';
import { createTasks } from '../harness/tasks.ts';

test('a step that moves a directory of an earlier step runs again when what is in it is new', async () => {
  const build = `sh -c 'rm -rf dist; mkdir build; cp *.txt build' && mv build dist`;
  const { rig, run } = await createTasks({ build }, { 'a.txt': '1' });
  expect((await run()).steps).toMatchObject([{ notStored: undefined }, { notStored: undefined }]);
  await rig.write({ 'a.txt': '2' });
  await run();
  expect(rig.tree('dist')).toEqual({ 'a.txt': '2' });
  await rig.write({ 'b.txt': 'new' });
  await run();
  expect(rig.tree('dist')).toEqual({ 'a.txt': '2', 'b.txt': 'new' });
  await rig.remove('dist');
  expect((await run()).steps).toMatchObject([{ outcome: 'restored' }, { outcome: 'restored' }]);
  expect(rig.tree('dist')).toEqual({ 'a.txt': '2', 'b.txt': 'new' });
});

test('a step that goes through a link of an earlier step runs again when the link leads elsewhere', async () => {
  const build = `sh -c 'ln -sfn $(cat version) current' && sh -c 'cat current/text > out'`;
  const { rig, run } = await createTasks({ build }, { version: 'v1', 'v1/text': 'one', 'v2/text': 'two' });
  await run();
  await rig.write({ version: 'v2' });
  await run();
  expect(rig.tree()['out']).toBe('two');
});
