import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clientModules, withClient, withModule } from '../../harness/client-scripts.ts';
import { directoryWith } from '../../harness/files.ts';
import { outputOf, startToolServer, type ToolServer } from '../../harness/tool-server.ts';
import { recordedFrames } from '../execute/ipc/frames/recorded.ts';

const node = process.execPath;
const quiet = { stdout: '', stderr: '', exitCode: 0 };

/** Says everything, and prints what it is answered. */
const everything = `
  client.ignoreInput('/in');
  client.ignoreOutput('/out');
  client.disableCache();
  const answers = [client.getEnv('A'), client.getEnv('NONE') ?? null, client.getEnv('A', { tracked: false }), client.getEnvs('V_*')];
  console.log(JSON.stringify(answers));
`;
const everythingAsked = [
  { type: 'ignoreInput', path: '/in' },
  { type: 'ignoreOutput', path: '/out' },
  { type: 'disableCache' },
  { type: 'getEnv', name: 'A' },
  { type: 'getEnv', name: 'NONE' },
  { type: 'getEnv', name: 'A', tracked: false },
  { type: 'getEnvs', glob: 'V_*' },
];
const everythingAnswered = '["a",null,"a",{"V_1":"one","V_2":"two"}]\n';
const env = { A: 'a', V_1: 'one', V_2: 'two', W: 'w' };

/** Runs a script in a tool, of which nothing is to be seen. */
async function say(server: ToolServer, script: string): Promise<void> {
  expect(await server.run(node, withClient(script))).toEqual(quiet);
}

/** What a tool prints that is given the answers to its questions. */
async function printed(script: string, behaviour: Parameters<typeof startToolServer>[0]): Promise<unknown> {
  const server = await startToolServer(behaviour);
  const { stdout, stderr, exitCode } = await server.run(node, withClient(`console.log(JSON.stringify(${script}))`));
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return JSON.parse(Buffer.from(stdout, 'latin1').toString()) as unknown;
}

describe.each(clientModules)('%s', (_name, path) => {
  test('says all that it can say, and is answered', async () => {
    const server = await startToolServer({ env });
    expect(await server.run(node, withModule(path, everything))).toEqual({ ...quiet, stdout: everythingAnswered });
    expect(await server.requests()).toEqual(everythingAsked);
  });

  test('does nothing outside of a run', async () => {
    const { stdout, stderr, exitCode } = await outputOf(node, withModule(path, everything), {});
    expect({ stdout, stderr, exitCode }).toEqual({ ...quiet, stdout: '[null,null,null,{}]\n' });
  });
});

test('what begins with a text can be asked for by the clients that know it', async () => {
  expect(await printed(`client.getEnvs({ prefix: 'V_' })`, { env })).toEqual({ V_1: 'one', V_2: 'two' });
});

test('a client that says nothing does not connect', async () => {
  const server = await startToolServer();
  await say(server, '');
  await say(server, 'client.disableCache()');
  expect((await server.lines(2)).map((line) => JSON.parse(line) as unknown)).toMatchObject([{ type: 'hello' }, { type: 'disableCache' }]);
});

test('what is said counts, even if the tool is killed right after it', async () => {
  const server = await startToolServer();
  const script = `client.ignoreInput('/a'); process.kill(process.pid, 'SIGKILL');`;
  expect(await server.run(node, withClient(script))).toMatchObject({ exitCode: null });
  expect(await server.requests()).toEqual([{ type: 'ignoreInput', path: '/a' }]);
});

test('a handler of the end can still say something', async () => {
  const server = await startToolServer();
  await say(server, `process.on('exit', () => client.disableCache()); setTimeout(() => process.exit(0));`);
  expect(await server.requests()).toEqual([{ type: 'disableCache' }]);
});

test('threads and child processes have connections of their own', async () => {
  const server = await startToolServer({ env });
  await say(
    server,
    `
    const script = "if (require(process.env.VP_RUN_NODE_CLIENT_PATH).load().getEnv('A') !== 'a') process.exit(1)";
    const { Worker } = require('node:worker_threads');
    const { spawnSync } = require('node:child_process');
    client.getEnv('A');
    for (let count = 0; count < 3; count++) new Worker(script, { eval: true });
    if (spawnSync(process.execPath, ['-e', script]).status !== 0) process.exit(1);
    client.getEnv('A');
    `,
  );
  expect(await server.requests(5)).toHaveLength(6);
});

test('all that is loaded in a thread shares a connection', async () => {
  const server = await startToolServer();
  await say(server, `client.disableCache(); require(process.env.VP_RUN_NODE_CLIENT_PATH).load({ version: 2 }).disableCache();`);
  expect(await server.lines(3)).toHaveLength(3);
});

describe('a path', () => {
  test('is meant from where the tool is at the call', async () => {
    const server = await startToolServer();
    const directory = directoryWith({ 'a/file': '', 'b/file': '' });
    await say(
      server,
      `
      process.chdir(${JSON.stringify(directory)} + '/a');
      client.ignoreInput('x/../y//z/');
      process.chdir('../b');
      client.ignoreInput('../y');
      client.ignoreOutput('.');
      `,
    );
    const paths = [`${directory}/a/y/z`, `${directory}/y`, `${directory}/b`];
    expect((await server.requests()).map((request) => (request as { path: string }).path)).toEqual(paths);
  });

  test('may be bytes, below a directory that no string names', async () => {
    const server = await startToolServer();
    const directory = directoryWith({});
    mkdirSync(Buffer.concat([Buffer.from(`${directory}/`), Buffer.of(0xff)]));
    const script = `cd "${directory}/$(printf '\\377')" && exec "$0" "$@"`;
    const tool = withClient(`client.ignoreInput(Uint8Array.of(0x61, 0xfe)); client.ignoreInput('b');`);
    expect(await server.run('sh', ['-c', script, node, ...tool])).toEqual(quiet);
    const base64 = ['\xff/a\xfe', '\xff/b'].map((name) => Buffer.from(`${directory}/${name}`, 'latin1').toString('base64'));
    expect(await server.requests()).toEqual(base64.map((path) => ({ type: 'ignoreInput', path: { base64: path } })));
  });

  test('that is empty means nothing', async () => {
    const server = await startToolServer();
    await say(server, `client.ignoreInput(''); client.ignoreOutput(new Uint8Array()); client.ignoreInput('/');`);
    expect(await server.requests()).toEqual([{ type: 'ignoreInput', path: '/' }]);
  });
});

describe('values and names', () => {
  test('are as process.env has them', async () => {
    const variables = { A: { base64: Buffer.from('a\xff\xfeb', 'latin1').toString('base64') }, '\u00e4': 'ö', EMPTY: '' };
    const script = `[client.getEnv('A'), client.getEnv('ä'), client.getEnv('EMPTY'), client.getEnvs('*')]`;
    const all = { A: 'a\ufffd\ufffdb', EMPTY: '', ä: 'ö' };
    expect(await printed(script, { env: variables })).toEqual(['a\ufffd\ufffdb', 'ö', '', all]);
  });

  test('are told as Node would write them, and may be those of every object', async () => {
    const server = await startToolServer({ answers: ['{"type":"envs","values":[["__proto__","p"]]}', '{"type":"env","value":"x"}'] });
    const script = `console.log(JSON.stringify(client.getEnvs('*'))); client.getEnv('\\udcff');`;
    expect(await server.run(node, withClient(script))).toEqual({ ...quiet, stdout: '{"__proto__":"p"}\n' });
    expect((await server.requests())[1]).toEqual({ type: 'getEnv', name: '\ufffd' });
  });
});

test('arguments of a wrong type are mistakes of the author', async () => {
  const mistakes = `[
    () => client.ignoreInput(1), () => client.ignoreOutput(), () => client.getEnv(null),
    () => client.getEnvs(), () => client.getEnvs({ prefix: 1 }), () => client.getEnvs(null),
  ]`;
  const thrown = `${mistakes}.map((call) => { try { call(); return 'none'; } catch (error) { return error.name; } })`;
  expect(new Set((await printed(thrown, {})) as string[])).toEqual(new Set(['TypeError']));
});

/** Asks twice and goes on. */
const goesOn = `
  const answers = [client.getEnv('A') ?? null, client.getEnv('A') ?? null];
  client.ignoreInput('/in');
  client.disableCache();
  console.log(JSON.stringify([...answers, client.getEnvs('*')]));
`;

const refusal = '{"type":"error","code":"wrong-token","message":"the token is wrong"}';

describe('a tool goes on as if there was no run', () => {
  test.each([
    ['whose runner dies in the middle', { answered: 1 }, '["a",null,{}]\n'],
    ['whose runner dies at once', { answered: 0 }, '[null,null,{}]\n'],
    ['that is refused', { refusal }, '[null,null,{}]\n'],
    ['whose question is refused', { answers: [refusal] }, '[null,null,{}]\n'],
    ['that does not understand an answer', { answers: ['{"type":"env"}'] }, '[null,null,{}]\n'],
  ])('%s', async (_case, behaviour, stdout) => {
    const server = await startToolServer({ env, ...behaviour });
    expect(await server.run(node, withClient(goesOn))).toEqual({ ...quiet, stdout });
  });

  test.each([
    ['whose runner is gone', { REPRISE_IPC: '/nowhere/at/all' }],
    ['that was not told where the runner is', { REPRISE_IPC: '' }],
  ])('%s', async (_case, variables) => {
    const server = await startToolServer({ env });
    expect(await server.run(node, withClient(goesOn), variables)).toEqual({ ...quiet, stdout: '[null,null,{}]\n' });
  });
});

describe('where Node may load no addons', () => {
  const noAddons = { NODE_OPTIONS: '--no-addons' };

  test('everything is said in a slower way', async () => {
    const server = await startToolServer({ env });
    expect(await server.run(node, withClient(everything), noAddons)).toEqual({ ...quiet, stdout: everythingAnswered });
    expect(await server.requests(7)).toEqual(everythingAsked);
  });

  test.each([
    ['dies in the middle', { answered: 1 }, '["a",null,{}]\n'],
    ['refuses', { refusal }, '[null,null,{}]\n'],
  ])('a tool whose runner %s goes on', async (_case, behaviour, stdout) => {
    const server = await startToolServer({ env, ...behaviour });
    expect(await server.run(node, withClient(goesOn), noAddons)).toEqual({ ...quiet, stdout });
  });

  test('a tool whose runner is gone goes on', async () => {
    const server = await startToolServer();
    const variables = { ...noAddons, REPRISE_IPC: '/nowhere/at/all' };
    expect(await server.run(node, withClient(goesOn), variables)).toEqual({ ...quiet, stdout: '[null,null,{}]\n' });
  });
});

describe('frames of version 1', () => {
  test('are what the client says', async () => {
    const server = await startToolServer();
    await say(
      server,
      `
      client.ignoreInput('/cache');
      client.ignoreInput(Buffer.from('/cache/\\xff', 'latin1'));
      client.ignoreOutput('/dist/größe');
      client.disableCache();
      client.getEnv('API_URL');
      client.getEnv('CI', { tracked: false });
      client.getEnvs('VITE_*');
      client.getEnvs('NODE_?', { tracked: false });
      client.getEnvs({ prefix: 'APP_' });
      client.getEnvs({ prefix: '' }, { tracked: false });
      `,
    );
    const lines = recordedFrames('client-v1');
    expect(await server.lines(lines.length)).toEqual(lines);
  });

  const answers = recordedFrames('server-v1');
  const script = `[client.getEnv('A'), client.getEnv('A'), client.getEnv('A'), client.getEnvs('*'), client.getEnvs('*')]`;
  const understood = ['https://example.org', null, 'a\ufffdb', {}, { APP_A: '1', APP_Ä: '\ufffd', 'APP_\ufffd': '' }];

  test('are understood', async () => expect(await printed(script, { answers })).toEqual(understood));

  test('are understood with members that came later', async () => {
    const later = answers.map((line) => line.replace('{', '{"later":{"type":"error"},'));
    expect(await printed(script, { answers: later })).toEqual(understood);
  });
});
