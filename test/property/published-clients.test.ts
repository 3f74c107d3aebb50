import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createTasks } from '../harness/tasks.ts';

/** As they are in the registry, and as tools have bundled them. */
const published = ['vite-task-client-0.2', 'vite-task-client-0.1'];

/** A task whose tool makes the calls, then reads and writes what `work` does. */
function calling(client: string, calls: string, work = ''): Readonly<Record<string, string>> {
  const module = fileURLToPath(new URL(`../../node_modules/${client}/src/index.js`, import.meta.url));
  return {
    'tool.mjs': `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { disableCache, getEnv, getEnvs, ignoreInput, ignoreOutput } from ${JSON.stringify(module)};
${calls}
${work}
`,
  };
}

const build = { build: 'node tool.mjs' };
const envChanged = (name: string, change: string) => ({ code: 'env-changed', name, change });

describe.each(published)('%s', (client) => {
  test('disableCache: the result is not stored, and the next run executes', async () => {
    const { run } = await createTasks(build, calling(client, 'disableCache();'));
    expect((await run()).notStored).toEqual({ code: 'cache-disabled' });
    expect(await run()).toMatchObject({ outcome: 'executed', miss: { code: 'first-run' } });
  });

  test('getEnv: served, and a miss by its name when it changes, goes or appears; flipped back, a hit', async () => {
    const { run } = await createTasks(build, calling(client, "console.log('is', process.env.API, getEnv('API'));"));
    expect((await run('build', { env: { API: '1' } })).stdout).toContain('is undefined 1\n');
    expect((await run('build', { env: { API: '2' } })).miss).toEqual(envChanged('API', 'modified'));
    expect((await run()).miss).toEqual(envChanged('API', 'removed'));
    expect(await run('build', { env: { API: '1' } })).toMatchObject({
      outcome: 'restored',
      stdout: expect.stringContaining('is undefined 1'),
    });
    expect((await run()).outcome).toBe('restored');
  });

  test('getEnv of what is not there: a miss when it appears', async () => {
    const { run } = await createTasks(build, calling(client, "console.log('is', getEnv('API'));"));
    expect((await run()).stdout).toContain('is undefined\n');
    expect((await run('build', { env: { API: '' } })).miss).toEqual(envChanged('API', 'added'));
  });

  test('getEnv, not tracked: served, and it does not count', async () => {
    const { run } = await createTasks(build, calling(client, "console.log('is', getEnv('API', { tracked: false }));"));
    expect((await run('build', { env: { API: '1' } })).stdout).toContain('is 1\n');
    expect((await run('build', { env: { API: '2' } })).outcome).toBe('restored');
  });

  test('getEnvs by glob: served, and a miss by the name that changes, goes or appears', async () => {
    const { run } = await createTasks(build, calling(client, "console.log('are', JSON.stringify(getEnvs('A_*')));"));
    expect((await run('build', { env: { A_1: 'x', A_2: 'y', B: 'z' } })).stdout).toContain('are {"A_1":"x","A_2":"y"}\n');
    expect((await run('build', { env: { A_1: 'x', A_2: 'z' } })).miss).toEqual(envChanged('A_2', 'modified'));
    expect((await run('build', { env: { A_1: 'x' } })).miss).toEqual(envChanged('A_2', 'removed'));
    expect((await run('build', { env: { A_1: 'x', A_2: 'y', A_3: '' } })).miss).toEqual(envChanged('A_3', 'added'));
    expect((await run('build', { env: { A_1: 'x', A_2: 'y' } })).outcome).toBe('restored');
  });

  test('getEnvs, not tracked: served, and none of them counts', async () => {
    const { run } = await createTasks(build, calling(client, "console.log('are', JSON.stringify(getEnvs('A_*', { tracked: false })));"));
    expect((await run('build', { env: { A_1: 'x' } })).stdout).toContain('are {"A_1":"x"}\n');
    expect((await run('build', { env: { A_2: 'x' } })).outcome).toBe('restored');
  });

  test('ignoreInput: what is read there means nothing, also when it is said afterwards', async () => {
    const files = {
      'private/a': '1',
      input: '1',
      ...calling(client, "readFileSync('private/a'); readFileSync('input');", "ignoreInput('private');"),
    };
    const { rig, run } = await createTasks(build, files);
    await run();
    await rig.write({ 'private/a': '2', 'private/b': '' });
    expect((await run()).outcome).toBe('restored');
    await rig.write({ input: '2' });
    expect((await run()).miss).toMatchObject({ code: 'input-changed', path: 'input' });
  });

  test('ignoreOutput: what is written there is neither stored nor restored', async () => {
    const calls = "ignoreOutput(process.cwd() + '/private');";
    const work = "mkdirSync('private', { recursive: true }); writeFileSync('private/a', ''); writeFileSync('out', 'made');";
    const { rig, run } = await createTasks(build, calling(client, calls, work));
    await run();
    await rig.remove('private', 'out');
    expect((await run()).outcome).toBe('restored');
    expect(rig.tree('private')).toEqual({});
    expect(rig.tree()).toHaveProperty('out');
  });

  test('both: a cache of the tool may grow, be taken away and be made elsewhere', async () => {
    const calls = "ignoreInput('private'); ignoreOutput('private');";
    const work =
      "mkdirSync('private', { recursive: true }); appendFileSync('private/a', 'x'); readFileSync('private/a'); writeFileSync('out', 'made');";
    const { rig, run } = await createTasks(build, { 'private/a': 'before', ...calling(client, calls, work) });
    expect((await run()).notStored).toBe(undefined);
    await rig.write({ 'private/a': 'by hand' });
    expect((await run()).outcome).toBe('restored');
    await rig.remove('private');
    expect((await run()).outcome).toBe('restored');
  });
});

test('getEnvs by prefix, which the later client has', async () => {
  const { run } = await createTasks(
    build,
    calling('vite-task-client-0.2', "console.log('are', JSON.stringify(getEnvs({ prefix: 'A_' })));"),
  );
  expect((await run('build', { env: { A_1: 'x', XA_1: 'y' } })).stdout).toContain('are {"A_1":"x"}\n');
  expect((await run('build', { env: { A_1: 'x', A_2: 'y' } })).miss).toEqual(envChanged('A_2', 'added'));
});

test('what the task declares wins over what its tools say', async () => {
  const calls = "ignoreInput('declared'); ignoreOutput('out'); console.log(getEnv('LISTED'), getEnv('FREE'));";
  const work = "readFileSync('declared'); mkdirSync('out', { recursive: true }); writeFileSync('out/a', 'made');";
  const task = {
    command: 'node tool.mjs',
    input: [{ auto: true }, 'declared'],
    output: [{ auto: true }, 'out/**'],
    untrackedEnv: ['FREE'],
  };
  const { rig, run } = await createTasks({ build: task }, { declared: '1', ...calling('vite-task-client-0.2', calls, work) });
  await run('build', { env: { FREE: '1' } });
  expect((await run('build', { env: { FREE: '2' } })).outcome).toBe('restored');
  await rig.remove('out');
  expect((await run()).outcome).toBe('restored');
  expect(rig.tree('out')).toHaveProperty('a');
  await rig.write({ declared: '2' });
  expect((await run()).miss).toMatchObject({ code: 'input-changed', path: 'declared' });
});

test('values that are not UTF-8 are three different things: unset, this and that', async () => {
  const { run } = await createTasks(build, calling('vite-task-client-0.2', "console.log(getEnv('RAW'));"));
  await run();
  expect((await run('build', { env: { RAW: '\udcfe' } })).miss).toEqual(envChanged('RAW', 'added'));
  expect((await run('build', { env: { RAW: '\udcff' } })).miss).toEqual(envChanged('RAW', 'modified'));
  expect((await run('build', { env: { RAW: '\udcfe' } })).outcome).toBe('restored');
  expect((await run()).outcome).toBe('restored');
});

test('reprise tool in a shell script is as good', async () => {
  const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
  const tool = `${process.execPath} ${cli} tool`;
  const { rig, run } = await createTasks(
    { build: 'sh build.sh' },
    {
      'build.sh': `${tool} ignore-output private\n${tool} ignore-input private\necho "is $(${tool} get-env API)"\necho x >> private\n`,
      private: '',
    },
  );
  expect(await run('build', { env: { API: '1' } })).toMatchObject({ notStored: undefined, stdout: expect.stringContaining('is 1\n') });
  await rig.write({ private: 'by hand' });
  expect((await run('build', { env: { API: '1' } })).outcome).toBe('restored');
  expect((await run('build', { env: { API: '2' } })).miss).toEqual(envChanged('API', 'modified'));
});

test('a tool that cannot be understood takes nothing from the run but its result', async () => {
  const raw = `
import { connect } from 'node:net';
const socket = connect(process.env.REPRISE_IPC);
socket.end('what?\\n').resume().on('error', () => {}).on('close', () => process.exit(7));
`;
  const { run } = await createTasks({ build: 'node tool.mjs', soft: 'sh -c "node tool.mjs || true"' }, { 'tool.mjs': raw });
  expect((await run()).exitCode).toBe(7);
  const answer = await run('soft');
  expect(answer.exitCode).toBe(0);
  expect(answer.notStored).toMatchObject({ code: 'communication-failed', detail: expect.stringContaining('malformed message') });
});
