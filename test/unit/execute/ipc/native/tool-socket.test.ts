import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { startToolServer } from '../../../../harness/tool-server.ts';

const addon = fileURLToPath(new URL(`../../../../../dist/native/tool-socket-linux-${process.arch}.node`, import.meta.url));
const connect = existsSync(addon)
  ? (createRequire(import.meta.url)(addon) as { connect: (owner: object, path: Uint8Array, milliseconds: number) => number }).connect
  : undefined;

const hello = '{"type":"hello","version":1,"token":"secret"}\n';
const question = '{"type":"getEnv","name":"A"}\n';

/** A socket is closed when its owner is garbage. */
const stillUsed = (owner: object): void => expect(owner).toEqual({});

/** In a thread of its own, which connects, says so, and stays. */
const threadThatConnects = `
  const { parentPort, workerData } = require('node:worker_threads');
  const owner = {};
  const fd = require(workerData.addon).connect(owner, Buffer.from(workerData.endpoint), 1000);
  require('node:fs').writeSync(fd, workerData.hello);
  parentPort.postMessage(fd);
  parentPort.on('message', () => owner);
`;

function connected(path: string, owner: object = {}): number {
  return connect!(owner, Buffer.from(path), 1000);
}

describe.runIf(connect !== undefined)('the socket of tools', () => {
  test('blocks until the answer is there', async () => {
    const server = await startToolServer({ env: { A: 'a' } });
    const owner = {};
    const fd = connected(server.endpoint, owner);
    writeSync(fd, hello + question);
    const buffer = Buffer.alloc(100);
    expect(buffer.toString('utf8', 0, readSync(fd, buffer))).toBe('{"type":"env","value":"a"}\n');
    stillUsed(owner);
  });

  test('gives the number of what is wrong', () => {
    const { errno } = constants;
    expect(connected('/nowhere/at/all')).toBe(-errno.ENOENT);
    expect(connected('')).toBe(-errno.ENOENT);
    expect(connected(fileURLToPath(import.meta.url))).toBe(-errno.ECONNREFUSED);
    expect(connected(`/${'a'.repeat(107)}`)).toBe(-errno.ENAMETOOLONG);
  });

  test('does not wait for ever', async () => {
    const { endpoint } = await startToolServer({ isSilent: true });
    const owner = {};
    const fd = connect!(owner, Buffer.from(endpoint), 50);
    writeSync(fd, hello + question);
    expect(() => readSync(fd, Buffer.alloc(100))).toThrow('EAGAIN');
    stillUsed(owner);
  });

  test('is not inherited', async () => {
    const { endpoint } = await startToolServer();
    const owner = {};
    const flags = readFileSync(`/proc/self/fdinfo/${connected(endpoint, owner)}`, 'utf8');
    expect(Number.parseInt(/^flags:\s*(\d+)$/m.exec(flags)?.[1] ?? '', 8) & 0o2000000).toBe(0o2000000);
    stillUsed(owner);
  });

  test('is there for many threads, and goes with its thread', async () => {
    const server = await startToolServer();
    const options = { eval: true, workerData: { addon, endpoint: server.endpoint, hello } };
    const threads = [new Worker(threadThatConnects, options), new Worker(threadThatConnects, options)];
    const fds = await Promise.all(threads.map((thread) => once(thread, 'message')));
    expect(new Set(fds.flat()).size).toBe(2);
    await Promise.all(threads.map((thread) => thread.terminate()));
    expect(await server.requests(2)).toEqual([]);
  });

  test('takes no wrong arguments', () => {
    expect(() => connect!({}, '/x' as never, 1)).toThrow(TypeError);
    expect(() => connect!({}, Buffer.from('/x'), undefined as never)).toThrow(TypeError);
  });

  test('needs nothing but Node', () => {
    const { stdout } = spawnSync('readelf', ['--dynamic', '--dyn-syms', '--wide', addon], { encoding: 'utf8' });
    expect(stdout).not.toContain('NEEDED');
    const wanted = [...stdout.matchAll(/ UND (\S+)$/gm)].map(([, name]) => name);
    expect(wanted.filter((name) => !name?.startsWith('napi_'))).toEqual([]);
  });
});
