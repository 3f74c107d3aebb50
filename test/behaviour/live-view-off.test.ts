import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';
import { startInTerminal, type TerminalOptions } from '../harness/terminal.ts';

/** Two packages whose `build` is quick, one whose `wait` does what the test says. */
async function rigOfThree() {
  const rig = await createRig();
  const command = await rig.command('wait');
  await rig.write({
    'package.json': { private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: 'cat src.txt', wait: command.command } },
    'packages/a/src.txt': 'of a\n',
    'packages/b/package.json': { name: 'b', scripts: { build: 'cat src.txt' } },
    'packages/b/src.txt': 'of b\n',
  });
  return { rig, command };
}

const cachedBuild = ['run', '--cache', '-r', 'build'];

/** Runs in a terminal; tells whether Ink was loaded. */
async function loadsInk(rig: Rig, args: readonly string[], options: TerminalOptions = {}): Promise<boolean> {
  const directory = `${rig.temp}/coverage-${args.join('')}`.replaceAll(' ', '');
  const run = startInTerminal(rig, args, { ...options, env: { ...options.env, NODE_V8_COVERAGE: directory } });
  expect(await run.ended).toBe(0);
  return readdirSync(directory).some((name) => readFileSync(`${directory}/${name}`, 'utf8').includes('/live-session.mjs"'));
}

test('a run that has only hits does not load Ink, one with --ui=live does', async () => {
  const { rig } = await rigOfThree();
  await rig.run(cachedBuild);
  const hits = startInTerminal(rig, cachedBuild);
  await hits.ended;

  expect(hits.lines.join('\n')).toContain('[a#build] ~/packages/a$ cat src.txt ◉ cache hit, replaying\n── [a#build] ──\nof a\n\n');
  expect(hits.raw).not.toContain('\x1b[?');
  expect(await loadsInk(rig, cachedBuild)).toBe(false);
  expect(await loadsInk(rig, [...cachedBuild.slice(0, 2), '--ui=live', ...cachedBuild.slice(2)])).toBe(true);
});

// oxlint-disable-next-line no-control-regex
const notColor = /\x1b(?!\[[\d;]*m)/;

test.each([
  { args: [], env: { CI: '1' } },
  { args: ['--ui=live'], env: { TERM: 'dumb' } },
  { args: ['--ui=stream'], env: {} },
  { args: ['--log=labeled'], env: {} },
])('with $args and $env the plain stream shows what runs', async ({ args, env }) => {
  const { rig, command } = await rigOfThree();
  const run = startInTerminal(rig, ['run', '--cache', ...args, '-F', 'a', 'wait'], { env });
  const wait = await command.started();
  await wait.stdout('working\n');
  await run.shows('working');
  wait.exit(0);

  expect(await run.ended).toBe(0);
  expect(run.raw).not.toMatch(notColor);
  expect(run.lines.filter((line) => line.endsWith('working'))).toHaveLength(1);
});

test('--ui=live shows whole logs, so --log=labeled with it is wrong usage', async () => {
  const { rig } = await rigOfThree();
  const { exitCode, stderr } = await rig.run(['run', '--ui=live', '--log=labeled', '-r', 'build']);

  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: 'error[usage]: --ui=live and --log=labeled exclude each other\n' });
});

test('a command that has the terminal to itself has its keys too, also after a live view', async () => {
  const { rig, command } = await rigOfThree();
  const asking = await rig.command('ask');
  await rig.write({
    'packages/a/package.json': { name: 'a', scripts: { wait: command.command, all: `rp run --cache wait && ${asking.command}` } },
  });
  const run = startInTerminal(rig, ['run', '-F', 'a', 'all'], { columns: 300 });
  const wait = await command.started();
  await wait.stdout('working\n');
  await run.shows('q: end');
  wait.exit(0);
  const ask = await asking.started();
  const answer = ask.stdin();
  run.press('yes\n\x04');

  expect(await answer).toBe('yes\n');
  ask.exit(0);
  expect(await run.ended).toBe(0);
  expect(run.screen).not.toContain('q: end');
  expect(run.modes).toMatchObject({ input: 'restored', isCursorShown: true });
});
