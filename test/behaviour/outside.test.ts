import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTasks } from '../harness/tasks.ts';

describe('a write outside the workspace', () => {
  test.each([
    ['a copy', (outside: string) => `cp a.txt ${outside}/deployed.txt`, 'deployed.txt'],
    ['an overwrite', (outside: string) => `sh -c 'cat a.txt > ${outside}/there.txt'`, 'there.txt'],
    ['an appended line', (outside: string) => `sh -c 'echo >> ${outside}/there.txt'`, 'there.txt'],
    ['a deletion', (outside: string) => `rm ${outside}/there.txt`, 'there.txt'],
    ['a directory', (outside: string) => `mkdir ${outside}/made`, 'made'],
    ['a link', (outside: string) => `ln -s x ${outside}/link`, 'link'],
    ['a mode', (outside: string) => `chmod 700 ${outside}/there.txt`, 'there.txt'],
    ['a move out', (outside: string) => `sh -c 'cp a.txt b.txt && mv b.txt ${outside}/moved.txt'`, 'moved.txt'],
  ])('is not stored: %s', async (_, command, name) => {
    const outside = directoryAtHome();
    const { run } = await createTasks({ build: command(outside) }, { 'a.txt': 'A' });
    expect((await run()).notStored).toEqual({ code: 'wrote-outside', path: `${outside}/${name}` });
  });

  test('is one by way of a link, too', async () => {
    const outside = directoryAtHome();
    const { rig, run } = await createTasks({ build: 'cp a.txt out/deployed.txt' }, { 'a.txt': 'A' });
    symlinkSync(outside, rig.path('out'));
    expect((await run()).notStored).toEqual({ code: 'wrote-outside', path: `${outside}/deployed.txt` });
  });

  test('runs again every time', async () => {
    const outside = directoryAtHome();
    const { run } = await createTasks({ build: `cp a.txt ${outside}/deployed.txt` }, { 'a.txt': 'A' });
    await run();
    rmSync(`${outside}/deployed.txt`);
    expect((await run()).outcome).toBe('executed');
    expect(readdirSync(outside)).toContain('deployed.txt');
  });

  test('that leaves nothing is none', async () => {
    const outside = directoryAtHome();
    const { run } = await createTasks({ build: `sh -c 'echo > ${outside}/a.tmp; rm ${outside}/a.tmp'` });
    expect((await run()).notStored).toBe(undefined);
  });

  test.each([
    ['a temporary directory', `sh -c 'echo > $TMPDIR/x; echo > /tmp/reprise-outside-test; rm /tmp/reprise-outside-test'`],
    ['a hidden place at home', `sh -c 'mkdir -p $HOME/.cache/tool && echo > $HOME/.cache/tool/x'`],
    ['a device', `sh -c 'echo > /dev/null'`],
  ])('is free in %s', async (_, build) => {
    const { run } = await createTasks({ build });
    expect((await run()).notStored).toBe(undefined);
    expect((await run()).outcome).toBe('restored');
  });
});

describe('the network', () => {
  test('is noted with what is stored', async () => {
    const { run } = await createTasks({ build: connect('192.0.2.1', 443) });
    expect(await run()).toMatchObject({ notStored: undefined, notes: [expect.stringContaining('192.0.2.1:443')] });
    expect((await run()).outcome).toBe('restored');
  });

  test('keeps a result from being stored where it is forbidden', async () => {
    const { run } = await createTasks({ build: { command: connect('192.0.2.1', 443), cache: { network: 'forbid' } } });
    expect((await run()).notStored).toEqual({ code: 'used-network', address: '192.0.2.1:443' });
  });

  test('does not include loopback', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const { run } = await createTasks({ build: { command: connect('127.0.0.1', port), cache: { network: 'forbid' } } });
    expect(await run()).toMatchObject({ notStored: undefined, notes: [] });
  });
});

/** A command that tries to connect and goes on without an answer. */
function connect(host: string, port: number): string {
  return `node -e "const s = require('net').connect(${port}, '${host}'); s.on('error', () => {}); setImmediate(() => s.destroy())"`;
}

/** Neither hidden nor temporary; it holds `there.txt`. */
function directoryAtHome(): string {
  const directory = mkdtempSync(`${homedir()}/reprise-outside-`);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(`${directory}/there.txt`, '');
  return directory;
}
