import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Invocation } from '../harness/commands.ts';
import { createRig, type Rig } from '../harness/rig.ts';
import { createTasks, runIn, type Answer } from '../harness/tasks.ts';

const changed = (path: string) => ({ code: 'changed-during-run', path });

describe('a change by others while the step runs, after it', () => {
  test('read a file, keeps the result from being stored', async () => {
    const answer = await duringBuild({ 'a.txt': 'A' }, async (build, rig) => {
      await build.read('a.txt');
      await rig.write({ 'a.txt': 'B' });
    });
    expect(answer.notStored).toEqual(changed('a.txt'));
  });

  test('read a file, that was changed back, keeps the result from being stored', async () => {
    const answer = await duringBuild({ 'a.txt': 'A' }, async (build, rig) => {
      await build.read('a.txt');
      await rig.write({ 'a.txt': 'B' });
      await build.read('a.txt');
      await rig.write({ 'a.txt': 'A' });
    });
    expect(answer.notStored).toEqual(changed('a.txt'));
  });

  test('read a declared input, that was changed back, keeps the result from being stored', async () => {
    expect((await duringBuild({ 'a.txt': 'A' }, readInBetween, { input: ['a.txt'] })).notStored).toEqual(changed('a.txt'));
  });

  test('found nothing at a path, keeps the result from being stored', async () => {
    const answer = await duringBuild({}, async (build, rig) => {
      await build.exists('a.txt');
      await rig.write({ 'a.txt': 'A' });
    });
    expect(answer.notStored).toEqual(changed('a.txt'));
  });

  test('found nothing at a path that it then read, keeps the result from being stored', async () => {
    const answer = await duringBuild({}, async (build, rig) => {
      await build.exists('a.txt');
      await rig.write({ 'a.txt': 'A' });
      await build.read('a.txt');
    });
    expect(answer.notStored).toEqual(changed('a.txt'));
  });

  test('listed a directory, keeps the result from being stored', async () => {
    const answer = await duringBuild({ 'src/a.txt': '' }, async (build, rig) => {
      await build.list('src');
      await rig.write({ 'src/b.txt': '' });
    });
    expect(answer.notStored).toEqual(changed('src/b.txt'));
  });

  test('listed a directory a name of which then went, keeps the result from being stored', async () => {
    const answer = await duringBuild({ 'src/a.txt': '' }, async (build, rig) => {
      await build.list('src');
      await rig.remove('src/a.txt');
    });
    expect(answer.notStored).toEqual(changed('src/a.txt'));
  });

  test('read a file that then went, keeps the result from being stored', async () => {
    const answer = await duringBuild({ 'a.txt': '' }, async (build, rig) => {
      await build.read('a.txt');
      await rig.remove('a.txt');
    });
    expect(answer.notStored).toEqual(changed('a.txt'));
  });

  test('passed through a link that then led elsewhere, keeps the result from being stored', async () => {
    const answer = await duringBuild({ 'one/a.txt': '1', 'two/a.txt': '2' }, async (build, rig) => {
      symlinkSync('one', rig.path('link'));
      await build.read('link/a.txt');
      unlinkSync(rig.path('link'));
      symlinkSync('two', rig.path('link'));
    });
    expect(answer.notStored).toMatchObject({ code: 'changed-during-run' });
  });
});

test('a program that others replaced while the step ran keeps the result from being stored', async () => {
  const rig = await createRig();
  const command = await rig.command('build');
  const tool = (text: string) => writeFileSync(`${rig.temp}/tool`, `#!/bin/sh\necho ${text}\n`, { mode: 0o755 });
  tool('one');
  const tasks = { build: `sh -c '../temp/tool; ${command.command}'` };
  await rig.write({ 'package.json': { name: 'app' }, 'reprise.config.json': { tasks } });
  const running = runIn(rig)();
  const build = await command.started();
  tool('two');
  build.exit(0);
  expect((await running).notStored).toEqual(changed('../temp/tool'));
});

test('what was changed before the step first looked is an input as it is', async () => {
  const answer = await duringBuild({ 'a.txt': 'A', 'src/a': '' }, async (build, rig) => {
    await rig.write({ 'a.txt': 'B', 'src/b': '' });
    await build.read('a.txt');
    await build.list('src');
  });
  expect(answer.notStored).toBe(undefined);
});

test('what the step itself makes in a directory that it listed is no change by others', async () => {
  const answer = await duringBuild({ 'src/a.txt': '' }, async (build) => {
    await build.list('src');
    await build.write('src/b.txt', '');
    await build.list('src');
  });
  expect(answer.notStored).toBe(undefined);
});

test('a change to what is excluded from the inputs is none', async () => {
  const answer = await duringBuild(
    { 'a.txt': '' },
    async (build, rig) => {
      await build.read('a.txt');
      await rig.write({ 'a.txt': 'changed' });
    },
    { input: [{ auto: true }, '!a.txt'] },
  );
  expect(answer.notStored).toBe(undefined);
});

test('the task of the run that made the change is named, with what would mend it', async () => {
  const { one, two, afterTwo, running } = await twoTasks();
  await one.exists('a.txt');
  await two.write('a.txt', 'A');
  two.exit(0);
  (await afterTwo.started()).exit(0);
  one.exit(0);
  expect((await running).tasks['app#one']?.notStored).toEqual({ ...changed('a.txt'), by: { label: 'app#two', dependsOn: 'app#two' } });
});

describe('a file that two tasks write at the same time', () => {
  test('is not stored for either, and each names the other', async () => {
    const { one, two, afterTwo, running } = await twoTasks();
    await one.write('a.txt', '1');
    await two.write('a.txt', '2');
    one.exit(0);
    await one.ended;
    two.exit(0);
    (await afterTwo.started()).exit(0);
    const { tasks } = await running;
    expect(tasks['app#one']?.notStored).toEqual({ code: 'also-written', path: 'a.txt', by: 'app#two' });
    expect(tasks['app#two']?.notStored).toEqual({ code: 'also-written', path: 'a.txt', by: 'app#one' });
  });

  test('is not stored for either where both write the same bytes', async () => {
    const { one, two, afterTwo, running } = await twoTasks();
    await two.write('a.txt', 'A');
    await one.write('a.txt', 'A');
    two.exit(0);
    (await afterTwo.started()).exit(0);
    one.exit(0);
    const { tasks } = await running;
    expect([tasks['app#one']?.notStored?.code, tasks['app#two']?.notStored?.code]).toEqual(['also-written', 'also-written']);
  });

  test('is no trouble where one comes after the other', async () => {
    const one = `sh -c 'echo 1 > a.txt'`;
    const { run } = await createTasks({ one, two: { command: `sh -c 'echo 2 > a.txt'`, dependsOn: ['one'] } });
    const { tasks } = await run('two');
    expect(tasks['app#two']?.notStored).toBe(undefined);
  });
});

test('directories that two tasks make are no trouble', async () => {
  const { one, two, afterTwo, running } = await twoTasks();
  await one.write('dist/one.txt', '1');
  await two.write('dist/two.txt', '2');
  one.exit(0);
  two.exit(0);
  (await afterTwo.started()).exit(0);
  const { tasks } = await running;
  expect([tasks['app#one']?.notStored, tasks['app#two']?.notStored]).toEqual([undefined, undefined]);
});

/** Runs a command of which `act` has the reins. */
/** `a.txt` is as before in the end. */
async function readInBetween(build: Invocation, rig: Rig): Promise<void> {
  await rig.write({ 'a.txt': 'B' });
  await build.read('a.txt');
  await rig.write({ 'a.txt': 'A' });
}

async function duringBuild(
  files: Record<string, string>,
  act: (build: Invocation, rig: Rig) => Promise<void>,
  config: object = {},
): Promise<Answer> {
  const rig = await createRig();
  const command = await rig.command('build');
  const tasks = { build: { command: command.command, ...config } };
  await rig.write({ 'package.json': { name: 'app' }, 'reprise.config.json': { tasks }, ...files });
  const running = runIn(rig)();
  const build = await command.started();
  await act(build, rig);
  build.exit(0);
  return running;
}

/** Two tasks that run at once, and one that comes after the second. */
async function twoTasks() {
  const rig = await createRig();
  const commands = await Promise.all(['one', 'two', 'afterTwo'].map((name) => rig.command(name)));
  const [one, two, afterTwo] = commands as [(typeof commands)[0], (typeof commands)[0], (typeof commands)[0]];
  const tasks = {
    one: one.command,
    two: two.command,
    afterTwo: { command: afterTwo.command, dependsOn: ['two'] },
    all: { command: 'true', dependsOn: ['one', 'afterTwo'] },
  };
  await rig.write({ 'package.json': { name: 'app' }, 'reprise.config.json': { tasks } });
  const running = runIn(rig)('all', { env: { REPRISE_CONCURRENCY_LIMIT: '3' } });
  return { one: await one.started(), two: await two.started(), afterTwo, running };
}
