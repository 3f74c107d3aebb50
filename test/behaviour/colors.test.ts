import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

/** Prints in red whatever it is told. */
const red = String.raw`printf '\033[31mred\033[0m\n'`;

async function workspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'app' },
    'red.sh': red,
    'vite-task.json': {
      tasks: {
        cached: 'sh red.sh',
        uncached: { command: 'sh red.sh', cache: false },
        both: { command: 'true', dependsOn: ['cached', 'uncached'] },
      },
    },
  });
  return rig;
}

/** What `reprise run task` writes, on a terminal made by `script`, or into a pipe. */
function written(rig: Rig, task: string, { isTerminal, env }: { isTerminal: boolean; env: Readonly<Record<string, string>> }): string {
  const words = isTerminal
    ? ['script', '-qec', `"${process.execPath}" "${cli}" run ${task}`, '/dev/null']
    : [process.execPath, cli, 'run', task];
  const [program = '', ...args] = words;
  const base = { PATH: process.env['PATH'] ?? '', HOME: rig.home, TMPDIR: rig.temp, TERM: 'xterm', SHELL: '/bin/sh' };
  const { stdout, status } = spawnSync(program, args, { cwd: rig.root, env: { ...base, ...env }, encoding: 'utf8', input: '' });
  expect(status).toBe(0);
  return stdout;
}

const escape = String.fromCharCode(27);
const anyColor = new RegExp(`${escape}\\[[\\d;]*m`);

/** Every combination: what is forced decides, then `NO_COLOR`, then whether it is a terminal. */
const table = [
  [true, {}, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: '1' }, true],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '1', FORCE_COLOR: '0' }, false],
  [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
  [false, {}, false],
  [false, { FORCE_COLOR: '0' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { NO_COLOR: '1' }, false],
  [false, { NO_COLOR: '1', FORCE_COLOR: '0' }, false],
  [false, { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
] as const;

test.each(table)(
  'on a terminal: %s, with %o, what runs, what is replayed and both at once have colours: %s',
  async (isTerminal, env, colors) => {
    const rig = await workspace();
    const show = (task: string) => written(rig, task, { isTerminal, env });
    const [executed, replayed, both] = [show('cached'), show('cached'), show('both')];
    expect([executed, replayed].map((text) => text.includes(`${escape}[31mred`))).toEqual([colors, colors]);
    expect(replayed).toContain('cache hit, replaying');
    expect(both.split(`${escape}[31mred`)).toHaveLength(colors ? 3 : 1);
    // Node may warn that a variable is ignored.
    expect(both.match(/(?<!igno)red/g)).toHaveLength(4);
    // A live view moves the cursor, with colours or without.
    expect(anyColor.test(executed)).toBe(colors);
    expect(!isTerminal && !colors && executed.includes(escape)).toBe(false);
  },
);

test('what was recorded in a pipe has its colours on a terminal', async () => {
  const rig = await workspace();
  written(rig, 'cached', { isTerminal: false, env: {} });
  expect(written(rig, 'cached', { isTerminal: true, env: {} })).toContain(`${escape}[31mred`);
});

test('an uncached task that runs alone has the terminal, or the pipe, to itself', async () => {
  const rig = await workspace();
  expect(written(rig, 'uncached', { isTerminal: true, env: { NO_COLOR: '1' } })).toContain(`${escape}[31mred`);
  expect(written(rig, 'uncached', { isTerminal: false, env: {} })).toContain(`${escape}[31mred`);
});
