import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { directoryWith } from '../harness/files.ts';
import { runAndList } from '../harness/loaded.ts';
import { createRig } from '../harness/rig.ts';
import { outputOf, startToolServer, type ServerBehaviour, type ToolOutput } from '../harness/tool-server.ts';

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const quiet = { stdout: '', stderr: '', exitCode: 0 };
const env = { A: 'a', V_1: 'one\ntwo', V_2: { base64: '/w==' } };

/** A line of a shell script, where `tool` is `reprise tool`. */
function script(line: string): readonly string[] {
  return ['-c', `tool() { "${process.execPath}" "${cli}" tool "$@"; }; ${line}`];
}

async function serverWith(behaviour: ServerBehaviour = { env }) {
  const server = await startToolServer(behaviour);
  return { server, sh: (line: string, variables = {}): Promise<ToolOutput> => server.run('sh', script(line), variables) };
}

const outside = (line: string, variables = {}) => outputOf('sh', script(line), variables);

describe('in a run, reprise tool', () => {
  test('get-env prints a value, and says by its exit code when there is none', async () => {
    const { server, sh } = await serverWith();
    expect(await sh('tool get-env A; tool get-env NONE; echo "$?"; tool get-env --untracked A')).toEqual({ ...quiet, stdout: 'a\n1\na\n' });
    expect(await server.requests(3)).toEqual([
      { type: 'getEnv', name: 'A' },
      { type: 'getEnv', name: 'NONE' },
      { type: 'getEnv', name: 'A', tracked: false },
    ]);
  });

  test('get-envs prints names and values, byte by byte', async () => {
    const { server, sh } = await serverWith();
    expect(await sh(`tool get-envs 'V_*'; tool get-envs -0 'V_*' --untracked`)).toEqual({
      ...quiet,
      stdout: 'V_1=one\ntwo\nV_2=\xff\nV_1=one\ntwo\0V_2=\xff\0',
    });
    expect(await server.requests(2)).toEqual([
      { type: 'getEnvs', glob: 'V_*' },
      { type: 'getEnvs', glob: 'V_*', tracked: false },
    ]);
  });

  test('ignore-input and ignore-output tell paths as they are meant from here', async () => {
    const { server, sh } = await serverWith();
    const directory = directoryWith({});
    const line = `cd ${directory}; tool ignore-input a ../b "$(printf '\\377')"; tool ignore-output -- -c; tool disable-cache`;
    expect(await sh(line)).toEqual(quiet);
    const base64 = Buffer.from(`${directory}/\xff`, 'latin1').toString('base64');
    expect(await server.requests(3)).toEqual([
      { type: 'ignoreInput', path: `${directory}/a` },
      { type: 'ignoreInput', path: directory.replace(/[^/]+$/, 'b') },
      { type: 'ignoreInput', path: { base64 } },
      { type: 'ignoreOutput', path: `${directory}/-c` },
      { type: 'disableCache' },
    ]);
  });

  test('says so when there is no runner where one should be', async () => {
    const { sh } = await serverWith();
    const { stdout, stderr, exitCode } = await sh('tool disable-cache', { REPRISE_IPC: '/nowhere/at/all' });
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain(`The runner at '/nowhere/at/all' cannot be spoken to: ENOENT`);
  });

  test('says so when the runner refuses', async () => {
    const { sh } = await serverWith({ refusal: '{"type":"error","code":"unknown-version","message":"too new","versions":[1]}' });
    expect(await sh('tool get-env A')).toMatchObject({ stdout: '', exitCode: 1, stderr: expect.stringContaining('too new') as unknown });
  });

  test('says so in a slower way where Node may load no addons', async () => {
    const { server, sh } = await serverWith();
    expect(await sh('tool get-env A; tool disable-cache', { NODE_OPTIONS: '--no-addons' })).toEqual({ ...quiet, stdout: 'a\n' });
    expect(await server.requests(2)).toHaveLength(2);
  });
});

describe('outside of a run, reprise tool', () => {
  test('answers from its own environment', async () => {
    const line = `export V_3=$(printf 'a\\377'); tool get-env V_1; tool get-env NONE; echo "$?"; tool get-envs 'V_?'`;
    expect(await outside(line, { V_1: 'one', V_2: '' })).toEqual({ ...quiet, stdout: 'one\n1\nV_1=one\nV_2=\nV_3=a\xff\n' });
  });

  test('reports to nobody', async () => {
    expect(await outside('tool ignore-input a && tool ignore-output b && tool disable-cache')).toEqual(quiet);
  });
});

test.each([
  ['', 'nothing is said to tell the runner'],
  ['get-evn A', `Did you mean 'get-env' or 'get-envs'?`],
  ['get-env', `'tool get-env' takes NAME`],
  ['get-env A B', `'tool get-env' takes NAME`],
  ['ignore-input', `'tool ignore-input' takes PATH...`],
  ['disable-cache x', `'tool disable-cache' takes nothing more`],
  ['get-env -0 A', `--null does not go with 'tool get-env'`],
  ['disable-cache --loud', `Unknown option '--loud'`],
])('reprise tool %s is a mistake', async (words, message) => {
  const { stdout, stderr, exitCode } = await outside(`tool ${words}`);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toContain(message);
});

test('reprise tool --help tells what there is', async () => {
  expect(await outside('tool --help')).toMatchObject({ stdout: expect.stringContaining('ignore-output PATH...') as unknown, exitCode: 0 });
});

test('reprise tool loads next to nothing', async () => {
  const { stdout, loaded } = await runAndList(await createRig(), ['tool', 'get-env', 'HOME']);
  expect(stdout).not.toBe('');
  expect(loaded).toContain('tool.mjs');
  expect(loaded.length).toBeLessThan(10);
});
