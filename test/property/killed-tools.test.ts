import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ipcVariables } from '../../src/execute/ipc/protocol.ts';
import { ipcHost, reportsOf, startSession } from '../harness/ipc.ts';

const client = fileURLToPath(new URL('../../dist/node-client.cjs', import.meta.url));

/** Reports, and is killed before anything else can happen. */
const tool = `
const { ignoreInput, disableCache } = require(process.argv[1]).load();
ignoreInput('/reported');
disableCache();
process.kill(process.pid, 'SIGKILL');
`;

test('what a tool reported right before it was killed counts, 500 of 500', async () => {
  const host = ipcHost();
  let counted = 0;
  for (let round = 0; round < 500; round++) {
    const session = await startSession({}, host);
    const { endpoint, token } = ipcVariables;
    const env = { ...process.env, [endpoint]: session.env[endpoint], [token]: session.env[token] };
    const child = spawn(process.execPath, ['-e', tool, client], { env, stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const { ignoredInputs, cacheDisabled } = await reportsOf(session);
    if (ignoredInputs.includes('/reported') && cacheDisabled) counted++;
  }
  expect(counted).toBe(500);
});
