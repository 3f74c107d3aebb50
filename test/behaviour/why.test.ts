import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';
import { createTasks } from '../harness/tasks.ts';

interface WhyDocument {
  readonly tasks: readonly { readonly label: string; readonly steps: readonly StepDocument[] }[];
}

interface StepDocument {
  readonly answer: { readonly kind: string };
  readonly candidates: readonly { readonly differences: readonly object[] }[];
}

/** What it prints, with ages and times left out. */
async function why(rig: Rig, ...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await rig.start(['why', ...words]).ended;
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout.replace(/[\d.]+m?s\b/g, '<time>');
}

test('a task that never ran, one that would hit, and one that would not', async () => {
  const { rig, run } = await createTasks({ build: 'cat a b' }, { a: '', b: '' });
  const before = rig.tree();
  expect(await why(rig, 'build')).toBe('app#build\n  $ cat a b ○ would miss: nothing is stored for it\n    Last run: none is recorded\n');
  expect(rig.tree()).toEqual(before);

  await run();
  expect(await why(rig, 'build')).toBe(
    [
      'app#build',
      '  $ cat a b ◉ would hit, <time> saved',
      '    Result stored just now, took <time>',
      '    Last run, just now: missed (no earlier run), stored its result\n',
    ].join('\n'),
  );

  await rig.write({ a: 'A', b: 'B' });
  expect(await why(rig, 'build')).toBe(
    [
      'app#build',
      '  $ cat a b ○ would miss: 2 differences to the nearest result',
      '    Nearest of 1 stored result, stored just now, took <time>:',
      `      'a' modified, 'b' modified`,
      '    Last run, just now: missed (no earlier run), stored its result\n',
    ].join('\n'),
  );
});

test('every stored result is compared, the nearest in full and by kind, the others counted', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `src/f${index}`);
  const files = (content: string) => Object.fromEntries(names.map((name) => [name, content]));
  const { rig, run } = await createTasks({ build: { command: 'sh -c "cat src/* a"', env: ['MODE'] } }, { ...files('1'), a: '1' });
  await run();
  await rig.write({ a: '2' });
  await run();
  await rig.write(files('2'));
  const told = await why(rig, 'build');
  expect(told).toContain('Nearest of 2 stored results');
  expect(told).toMatch(/'src\/f0' modified, .*, \+35 files/);
  expect(told).toContain('Others: just now (41 differences)');
  const { tasks } = JSON.parse((await rig.start(['why', '--json', 'build']).ended).stdout) as WhyDocument;
  expect(tasks[0]?.steps[0]?.candidates.map(({ differences }) => differences.length)).toEqual([40, 41]);
});

test('a variable that differs is named with the line that leaves it out', async () => {
  const { rig, run } = await createTasks({ build: { command: 'true x', env: ['MODE'] } });
  await run('build', { env: { MODE: '1' } });
  const told = await why(rig, 'build');
  expect(told).toContain(`○ would miss: env 'MODE' removed`);
  expect(told).toContain('"untrackedEnv": ["MODE"], and not in "env"\n');
});

test('a result that was not stored is explained, also when other tasks ran since', async () => {
  const { rig, run } = await createTasks({ build: 'sh -c "cat log; echo x >> log"', other: 'true' }, { log: '' });
  await run();
  expect(await why(rig, 'build')).toContain(`was not stored\n      → Not cached: modified its input 'log'\n        hint: if the result`);
  await run('other');
  const later = await why(rig, 'build');
  expect(later).toContain(`When it last ran, just now: modified its input 'log'`);
  expect(later).toContain(
    `→ 1 run in a row: modified its input 'log'; if the result does not depend on it, in the config of the task: "input"`,
  );
});

test('a script is not cached by design, and --cache is said and heeded', async () => {
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'app', scripts: { build: 'true' } } });
  await rig.run(['run', 'build']);
  expect(await why(rig, 'build')).toContain('⊘ not cached\n    → Cache disabled for package scripts (`--cache`');
  expect(await why(rig, '--cache', 'build')).toContain('○ would miss: nothing is stored for it');
});

test('steps of runs inside a task are told below it, with what would execute before', async () => {
  const { rig, run } = await createTasks({
    gen: 'sh -c "cat a > b"',
    inner: { command: 'cat b', dependsOn: ['gen'] },
    build: 'reprise run inner && true x',
  });
  await rig.write({ a: '1' });
  await run();
  await rig.write({ a: '2' });
  const told = await why(rig, 'build');
  expect(told).toContain('$ reprise run inner runs:');
  expect(told).toContain(`$ sh -c "cat a > b" ○ would miss: 'a' modified`);
  expect(told).toContain('app#gen would execute before and may change these answers');
});

test('after cache clean it is said that what was stored is gone', async () => {
  const { rig, run } = await createTasks({ build: 'cat a' }, { a: '' });
  await run();
  await rig.start(['cache', 'clean']).ended;
  const told = await why(rig, 'build');
  expect(told).toContain('○ would miss: nothing is stored for it');
  expect(told).toContain('stored its result, which is no longer in the store');
});

test('an unknown task is met with the nearest names, and nothing named is wrong usage', async () => {
  const { rig } = await createTasks({ build: 'true' });
  const unknown = await rig.start(['why', 'biuld']).ended;
  expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Did you mean 'build'?") as string });
  expect(await rig.start(['why']).ended).toMatchObject({ exitCode: 2 });
});

test('it waits for no run that goes on', async () => {
  const rig = await createRig();
  const slow = await rig.command('slow');
  await rig.write({ 'package.json': { name: 'app' }, 'reprise.config.json': { tasks: { slow: slow.command } } });
  const running = rig.start(['run', 'slow']);
  const started = await slow.started();
  expect(await why(rig, 'slow')).toContain('would miss');
  started.exit(0);
  await running.ended;
});
