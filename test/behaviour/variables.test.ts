import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { cli } from '../harness/cli.ts';
import { afterChange, afterChangeIn, asking, copying, eachOf, me, userChanged, you } from '../harness/env-scripts.ts';
import { createTasks } from '../harness/tasks.ts';
import { compileC } from '../harness/traced.ts';
import { directoryWith } from '../harness/files.ts';

const node = (script: string) => createTasks({ build: 'node build.mjs' }, { 'build.mjs': script });

describe('a variable that every step is passed and that a program asks for by name', () => {
  test('is a miss by its name when it changes, comes or goes, and a hit when it is as it was', async () => {
    const { run } = await node('console.log(`by ${process.env.USER}`)');
    await run('build', me);
    expect(await run('build', you)).toMatchObject({ miss: userChanged, stdout: expect.stringContaining('by you\n') });
    expect((await run()).miss).toMatchObject({ name: 'USER', change: 'removed' });
    expect(await run('build', me)).toMatchObject({ outcome: 'restored', stdout: expect.stringContaining('by me\n') });
    expect(await run()).toMatchObject({ outcome: 'restored', stdout: expect.stringContaining('by undefined\n') });
  });

  test('counts in Node however it is asked for', async () => {
    const answers = await afterChangeIn(asking);
    expect(answers).toEqual(eachOf(asking, userChanged));
  });

  test('counts in a program of another language', async () => {
    const program = compileC(directoryWith({}), getsUser);
    const { run } = await createTasks({ build: String(program) });
    expect(await afterChange(run)).toEqual(userChanged);
  });

  test('counts although the program is killed right after', async () => {
    const { run } = await createTasks(
      { build: `sh -c 'node killed.mjs; :'` },
      { 'killed.mjs': 'process.env.USER; process.kill(process.pid, 9)' },
    );
    expect(await afterChange(run)).toEqual(userChanged);
  });

  test('counts for a run around it, also where the run inside only restores', async () => {
    const outer = `sh -c 'node "${cli}" run inner; :'`;
    const { run } = await createTasks({ inner: 'node -p process.env.USER', build: outer });
    await run('inner', me);
    await run('build', me);
    expect((await run('build', me)).outcome).toBe('restored');
    expect((await run('build', you)).miss).toEqual(userChanged);
  });

  test('does not count where the task declares it untracked', async () => {
    const { run } = await createTasks({ build: { command: 'node -p process.env.USER', untrackedEnv: ['USER'] } });
    expect(await afterChange(run)).toBe('hit');
  });

  test('is named among the inputs', async () => {
    const { run } = await node('process.env.USER');
    expect((await run('build', { ...me, flags: ['-vv'] })).stdout).toContain("env 'USER'");
  });
});

describe('who takes all variables asks for none', () => {
  test('in Node, by whatever way', async () => {
    const answers = await afterChangeIn(copying);
    expect(answers).toEqual(eachOf(copying, 'hit'));
  });

  test('and Node itself does not ask for the home directory, though it looks for modules there', async () => {
    const { rig, run } = await node('0');
    await run();
    expect((await run('build', { env: { HOME: rig.temp } })).outcome).toBe('restored');
  });
});

test('what differs from session to session does not count, whoever asks for it', async () => {
  const names = ['OLDPWD', '_', 'SHLVL', 'PWD', 'PATH', 'SHELL', 'TMPDIR', 'VSCODE_PID', 'XAUTHORITY', 'GITHUB_RUN_ID', 'CI_JOB_ID'];
  const { rig, run } = await node(names.map((name) => `process.env.${name}`).join(';'));
  await run();
  const session = Object.fromEntries(names.filter((name) => name !== 'PATH' && name !== 'TMPDIR').map((name) => [name, 'other']));
  const env = { ...session, TMPDIR: rig.home, PATH: `${process.env['PATH']}:${rig.temp}` };
  expect(await run('build', { env })).toMatchObject({ outcome: 'restored' });
});

describe('a variable that is set, and that a program asks for without being passed it', () => {
  const told = `! app#build: node asked for 'API_URL', which is set but not passed to it → "env": ["API_URL"], or "untrackedEnv" if the result does not depend on it`;
  const env = { API_URL: 'http://localhost', TERM: 'xterm', GITHUB_RUN_ID: '7' };
  const script = 'process.env.API_URL; process.env.TERM; process.env.GITHUB_RUN_ID; process.env.OTHER';

  test('gets one line below the run in which that happened', async () => {
    const { run } = await node(script);
    const { stdout } = await run('build', { env });
    expect(stdout).toContain(told);
    expect(stdout.match(/asked for/g)).toHaveLength(1);
    expect((await run('build', { env })).stdout).not.toContain('asked for');
  });

  test('gets it too where the command fails without it', async () => {
    const { run } = await node('process.exit(process.env.API_URL ? 0 : 3)');
    expect(await run('build', { env })).toMatchObject({ exitCode: 3, stdout: expect.stringContaining(told) });
  });

  test('gets none where a program has it from another one', async () => {
    const { run } = await createTasks({ build: `API_URL=mine node build.mjs` }, { 'build.mjs': script });
    expect((await run('build', { env })).stdout).not.toContain('asked for');
  });

  test('gets none where it is passed, or the task says that it need not be', async () => {
    const files = { 'build.mjs': script };
    const passed = await createTasks({ build: { command: 'node build.mjs', env: ['API_*'] } }, files);
    expect((await passed.run('build', { env })).stdout).not.toContain('asked for');
    const excluded = await createTasks({ build: { command: 'node build.mjs', env: ['!API_URL'] } }, files);
    expect((await excluded.run('build', { env })).stdout).not.toContain('asked for');
  });

  test('is in the report of the run, in its record, and in what `why` says', async () => {
    const { rig, run } = await node(script);
    const { stdout, record } = await run('build', { env, flags: ['-v'] });
    expect(stdout).toContain("→ node asked for 'API_URL'");
    expect(record?.tasks[0]?.steps[0]?.hiddenEnv).toEqual([{ name: 'API_URL', program: expect.stringMatching(/\/node$/) }]);
    expect((await rig.start(['why', 'build']).ended).stdout).toContain("node asked for 'API_URL'");
  });
});

/** These walk over all variables themselves, or over a copy, and nobody sees what they look for. Such a variable is to be declared. */
describe('no reading by name is seen', () => {
  test.each([
    ['sh', `sh -c 'echo $USER; :'`],
    ['bash', `bash -c 'echo $USER; :'`],
    ['perl', `perl -e 'print $ENV{USER}'`],
    ['python3', `python3 -c 'import os; print(os.environ["USER"])'`],
  ])('of %s', async (program, command) => {
    if (!isInstalled(program)) return;
    expect(await afterChange((await createTasks({ build: command })).run)).toBe('hit');
  });

  test('of a static program', async () => {
    const { run } = await createTasks({ build: String(compileC(directoryWith({}), getsUser, '-static')) });
    expect(await afterChange(run)).toBe('hit');
  });

  test('of a worker thread in Node, which has a copy', async () => {
    const { run } = await node(`import { Worker } from 'node:worker_threads'; new Worker('process.env.USER', { eval: true })`);
    expect(await afterChange(run)).toBe('hit');
  });
});

const getsUser = '#include <stdlib.h>\nint main(void) { return getenv("USER") == 0; }';

function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}
