import { describe, expect, test } from 'vitest';
import { createCases } from '../harness/cases.ts';
import { createIgnoringTasks, createTasks, git } from '../harness/tasks.ts';

describe('a file that was read and then written', () => {
  test('is not stored, however that was done', async () => {
    const cases = await createCases(
      {
        'in place': `node -e "const fs = require('fs'); fs.writeFileSync('a.txt', fs.readFileSync('a.txt', 'utf8') + '.')"`,
        'by a rename': 'sed -i s/A/B/ a.txt',
        'by a command after another': `sh -c 'cat a.txt; echo B > a.txt'`,
        'after it was looked at': `sh -c '[ -f a.txt ] && echo B > a.txt'`,
      },
      { 'a.txt': 'A' },
    );
    expect(await cases.run()).toMatchObject(cases.all({ notStored: { code: 'modified-input', path: 'a.txt' } }));
  });

  test('is an input if its bytes are the same in the end', async () => {
    const { rig, run } = await createTasks(
      { read: 'cat a.txt', build: `sh -c 'cat a.txt > a.tmp; cat a.tmp > a.txt; rm a.tmp'` },
      { 'a.txt': 'A' },
    );
    await run('read');
    await run();
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
    await rig.write({ 'a.txt': 'B' });
    expect((await run()).miss).toEqual({ code: 'input-changed', path: 'a.txt', change: 'modified' });
  });

  test('is stored where the input is excluded', async () => {
    const build = { command: 'sed -i s/A/B/ a.txt', input: [{ auto: true }, '!a.txt'] };
    const { rig, run } = await createTasks({ build }, { 'a.txt': 'A' });
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree()['a.txt']).toBe('B');
  });

  test('is an output where other files are declared as the inputs', async () => {
    const build = { command: 'sed -i s/A/B/ a.txt', input: ['b.txt'] };
    const { rig, run } = await createTasks({ build }, { 'a.txt': 'A', 'b.txt': '' });
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
    await rig.write({ 'a.txt': 'A.' });
    expect(await run()).toMatchObject({ outcome: 'executed', miss: { code: 'in-the-way', path: 'a.txt' } });
    expect(rig.tree()['a.txt']).toBe('B.');
  });

  test('is an output where the input is excluded, though its bytes are the same in the end', async () => {
    const command = `sh -c 'cat dist/a.txt 2>/dev/null; rm -f dist/a.txt; cp a.txt dist/a.txt'`;
    const build = { command, input: [{ auto: true }, '!dist/**'] };
    const { rig, run } = await createTasks({ build }, { 'a.txt': 'A', 'dist/a.txt': 'A' });
    expect((await run()).notStored).toBe(undefined);
    await rig.remove('dist/a.txt');
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
  });
});

describe('a file of another task that was read and then written', () => {
  const tasks = { generate: `sh -c 'mkdir -p dist && cat a.txt > dist/x.js'`, build: 'sed -i s/one/two/ dist/x.js' };

  test('is an input as it was, and an output as it is, where git ignores it', async () => {
    const { rig, run } = await createIgnoringTasks(tasks, { 'a.txt': 'one' });
    await run('generate');
    // By now the file is old enough for its digest to be kept.
    await run('generate');
    expect((await run()).notStored).toBe(undefined);
    await rig.remove('dist');
    expect([(await run('generate')).outcome, (await run()).outcome]).toEqual(['restored', 'restored']);
    expect(rig.tree('dist')).toEqual({ 'x.js': 'two' });
  });

  test('is not stored where git does not ignore it', async () => {
    const { run } = await createTasks(tasks, { 'a.txt': 'one' });
    await run('generate');
    expect((await run()).notStored).toEqual({ code: 'modified-input', path: 'dist/x.js' });
  });
});

describe('a git-ignored file that was there', () => {
  test.each([
    ['read and written, its bytes before unknown', 'sed -i s/A/B/ dist/a.txt'],
    ['appended to', `sh -c 'echo B >> dist/a.txt'`],
  ])('is not stored when it was %s', async (_, build) => {
    const { run } = await createIgnoringTasks({ build }, { 'dist/a.txt': 'A' });
    expect((await run()).notStored).toEqual({ code: 'modified-foreign', path: 'dist/a.txt' });
  });

  test('is not stored when it was appended to, whatever is known of it', async () => {
    const { run } = await createIgnoringTasks({ read: 'cat dist/a.txt', build: `sh -c 'echo B >> dist/a.txt'` }, { 'dist/a.txt': 'A' });
    await run('read');
    await run('read');
    expect((await run()).notStored).toEqual({ code: 'modified-foreign', path: 'dist/a.txt' });
  });

  test('is an output when it was overwritten without a look', async () => {
    const { rig, run } = await createIgnoringTasks({ build: `sh -c 'echo B > dist/a.txt'` }, { 'dist/a.txt': 'A' });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'dist/a.txt': 'A' });
    expect(await run()).toMatchObject({ outcome: 'restored', written: 1 });
    expect(rig.tree('dist')).toEqual({ 'a.txt': 'B\n' });
  });
});

test('a file that git does not ignore is not stored when it was appended to', async () => {
  const { run } = await createTasks({ build: `sh -c 'echo B >> log.txt'` }, { 'log.txt': 'A' });
  expect((await run()).notStored).toMatchObject({ path: 'log.txt' });
});

test('a tracked file counts as not ignored', async () => {
  const { rig, run } = await createIgnoringTasks({ read: 'cat dist/a.txt', build: 'sed -i s/A/B/ dist/a.txt' }, { 'dist/a.txt': 'A' });
  git(rig, 'add', '-f', 'dist/a.txt');
  await run('read');
  await run('read');
  expect((await run()).notStored).toEqual({ code: 'modified-input', path: 'dist/a.txt' });
});
