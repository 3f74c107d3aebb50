import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCases } from '../harness/cases.ts';
import { createTasks } from '../harness/tasks.ts';

describe('a write outside the workspace', () => {
  test('is not stored', async () => {
    const outside = directoryAtHome('copy', 'overwrite', 'append', 'delete', 'mode');
    const cases = await createCases(
      {
        copied: `cp a.txt ${outside}/copied`,
        overwritten: `sh -c 'cat a.txt > ${outside}/overwrite'`,
        'appended to': `sh -c 'echo >> ${outside}/append'`,
        deleted: `rm ${outside}/delete`,
        'made, a directory': `mkdir ${outside}/made`,
        linked: `ln -s x ${outside}/linked`,
        'given a mode': `chmod 700 ${outside}/mode`,
        'moved out': `sh -c 'cp a.txt b.txt && mv b.txt ${outside}/moved'`,
      },
      { 'a.txt': 'A' },
    );
    const wrote = (name: string) => ({ notStored: { code: 'wrote-outside', path: `${outside}/${name}` } });
    expect(await cases.run()).toMatchObject({
      copied: wrote('copied'),
      overwritten: wrote('overwrite'),
      'appended to': wrote('append'),
      deleted: wrote('delete'),
      'made, a directory': wrote('made'),
      linked: wrote('linked'),
      'given a mode': wrote('mode'),
      'moved out': wrote('moved'),
    });
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

  test('is free in temporary directories, hidden places at home and devices', async () => {
    const cases = await createCases({
      temporary: `sh -c 'echo > $TMPDIR/x; echo > /tmp/reprise-outside-test; rm /tmp/reprise-outside-test'`,
      hidden: `sh -c 'mkdir -p $HOME/.cache/tool && echo > $HOME/.cache/tool/x'`,
      device: `sh -c 'echo > /dev/null'`,
    });
    expect(await cases.run()).toMatchObject(cases.all({ notStored: undefined }));
    expect(await cases.run()).toMatchObject(cases.all({ outcome: 'restored' }));
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

/** Neither hidden nor temporary. */
function directoryAtHome(...files: readonly string[]): string {
  const directory = mkdtempSync(`${homedir()}/reprise-outside-`);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const file of files) writeFileSync(`${directory}/${file}`, '');
  return directory;
}
