import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../../src/base/path.ts';
import { endOf, readAll, temporaryDirectory, TestSpawner } from '../../../harness/helper-process.ts';
import { helperPath } from '../../../harness/traced.ts';

const { ENOENT, ENOTDIR, E2BIG } = constants.errno;

describe('what is asked for', () => {
  test('FIFOs are made, in a directory that is there', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(3);
    expect(readdirSync(spawner.directory)).toEqual(['0', '1', '2']);
    expect(await spawner.process.makeFifos({ directory: joinPath(spawner.directory, 'gone'), first: 0, count: 3 })).toBe(false);
  });

  test('a command runs in its directory, and its output and the end of its helper are told', async () => {
    const spawner = new TestSpawner();
    const { started, output } = await spawner.run(['/bin/sh', '-c', 'pwd; exit 3']);
    expect(output.toString()).toBe(`${spawner.directory}\n`);
    expect(await endOf(started)).toEqual({ kind: 'exited', code: 3 });
  });

  test('many at once are kept apart', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(200);
    const commands = Array.from({ length: 50 }, (_, index) => ({ index, lines: spawner.lines() }));
    const told = commands.map(async ({ index, lines }) => {
      const output = readAll(lines);
      const end = await endOf(await spawner.start(lines, ['/bin/sh', '-c', `echo ${index}; exit ${index}`]));
      return { index, output: (await output).toString(), end };
    });
    expect(await Promise.all(told)).toEqual(
      commands.map(({ index }) => ({ index, output: `${index}\n`, end: { kind: 'exited', code: index } })),
    );
  });

  test('the names of the FIFOs are gone before the command runs', async () => {
    const { output } = await new TestSpawner().run(['/bin/ls']);
    expect(output.toString()).toBe('');
  });

  test('an environment of more than 1 MB arrives', async () => {
    const env = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`LARGE_${index}`, 'x'.repeat(100_000)]));
    const { output } = await new TestSpawner().run(['/usr/bin/env'], { env });
    expect(output.length).toBeGreaterThan(1_200_000);
  });

  test('variables and arguments arrive byte for byte', async () => {
    const { output } = await new TestSpawner().run(['/bin/sh', '-c', 'printf %s-%s "$ODD" "$1"', 'sh', '\udcfe'], {
      env: { ODD: 'a\udcff' },
    });
    expect(output).toEqual(Buffer.from('a\xff-\xfe', 'latin1'));
  });
});

describe('what is refused', () => {
  test.each([
    ['a directory that is not there', { cwd: '/no/such/directory' as AbsolutePath }, ENOENT],
    ['a directory that is none', { cwd: '/bin/sh' as AbsolutePath }, ENOTDIR],
    ['a variable that is too long', { env: { LONG: 'x'.repeat(200_000) } }, E2BIG],
  ])('%s', async (_, options, errno) => {
    const spawner = new TestSpawner();
    expect((await spawner.run(['/bin/true'], options)).started).toEqual({ kind: 'refused', errno });
    expect(await endOf((await spawner.run(['/bin/true'])).started)).toEqual({ kind: 'exited', code: 0 });
  });

  test('FIFOs whose names have vanished start nothing', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(4);
    const lines = spawner.lines();
    rmSync(joinPath(spawner.directory, '3'));
    expect(await spawner.start(lines, ['/bin/true'])).toEqual({ kind: 'no-lines', errno: ENOENT });
  });

  test('FIFOs that nobody reads start nothing', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(4);
    const lines = spawner.lines();
    lines.report.destroy();
    await new Promise((resolve) => lines.report.once('close', resolve));
    expect(await spawner.start(lines, ['/bin/true'])).toEqual({ kind: 'no-lines', errno: constants.errno.ENXIO });
  });
});

describe('descriptors', () => {
  test('a command has its three, and those that it opens', async () => {
    const { output } = await new TestSpawner().run(['/bin/sh', '-c', 'ls /proc/$$/fd; readlink /proc/$$/fd/0']);
    expect(output.toString()).toBe('0\n1\n2\n/dev/null\n');
  });

  test('the spawner keeps nothing of those that it started', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(4);
    const before = descriptorsOf(spawner.process.pid);
    await endOf(await spawner.start(spawner.lines(), ['/bin/true']));
    expect(before).toHaveLength(4);
    expect(descriptorsOf(spawner.process.pid)).toEqual(before);
  });
});

describe('its life', () => {
  test('the signals of a terminal do not end it', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(4);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const) process.kill(spawner.process.pid ?? 0, signal);
    expect(await endOf(await spawner.start(spawner.lines(), ['/bin/true']))).toEqual({ kind: 'exited', code: 0 });
  });

  test('it ends when nobody will ask any more, and what runs goes on', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(5);
    const lines = spawner.lines();
    const output = readAll(lines);
    const started = await spawner.start(lines, ['/bin/sh', '-c', 'read line < 4; echo $line']);
    await spawner.process.close();
    expect(spawner.process.isGone).toBe(true);
    expect(await endOf(started)).toBeUndefined();
    writeFileSync(joinPath(spawner.directory, '4'), 'went\n');
    expect((await output).toString()).toBe('went\n');
  });

  test('when it dies, what it had yet to answer is unknown', async () => {
    const spawner = new TestSpawner();
    await spawner.makeFifos(4);
    const lines = spawner.lines();
    process.kill(spawner.process.pid ?? 0, 'SIGSTOP');
    const starting = spawner.start(lines, ['/bin/true']);
    process.kill(spawner.process.pid ?? 0, 'SIGKILL');
    expect(await starting).toEqual({ kind: 'unknown' });
    expect(await spawner.start(lines, ['/bin/true'])).toEqual({ kind: 'unknown' });
  });

  test('it is killed when it does not answer in time', async () => {
    const spawner = new TestSpawner(helperPath(), 500);
    await spawner.makeFifos(4);
    process.kill(spawner.process.pid ?? 0, 'SIGSTOP');
    expect(await spawner.start(spawner.lines(), ['/bin/true'])).toEqual({ kind: 'unknown' });
    await spawner.process.gone;
  });

  test.each([
    ['is not there', undefined],
    ['may not be executed', { text: '', mode: 0o600 }],
    ['knows nothing of this', { text: '#!/bin/sh\nexit 125\n', mode: 0o700 }],
  ])('of a helper that %s there is none', async (_, file) => {
    const helper = joinPath(temporaryDirectory(), 'helper');
    if (file) writeFileSync(helper, file.text, { mode: file.mode });
    const { process, directory } = new TestSpawner(helper);
    expect(await process.makeFifos({ directory, first: 0, count: 4 })).toBe(false);
    await process.gone;
    expect(process.isGone).toBe(true);
  });
});

function descriptorsOf(pid = 0): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => `${fd} ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`);
}
