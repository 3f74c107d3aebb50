import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { joinPath } from '../../src/base/path.ts';
import { Spawner } from '../../src/execute/spawn/spawner.ts';
import { findTraceHelper } from '../../src/execute/trace/tracer.ts';
import { bytesOf, Executing, startBuild } from '../harness/executing.ts';
import { parentOf, TestSpawner } from '../harness/helper-process.ts';
import { startLoneRunner } from '../harness/lone-runner.ts';
import { createRig, type Rig } from '../harness/rig.ts';
import { helperPath } from '../harness/traced.ts';

const helper = findTraceHelper();

describe('the spawner', () => {
  test('starts the helper of a command, and not that of one with the terminal', async () => {
    const { build } = await startBuild(helper);
    expect(nameOf(spawnerOf(build.pid))).toBe('trace-spawner');
    const { build: other } = await startBuild(helper, { terminal: true });
    expect(parentOf(parentOf(other.pid))).toBe(process.pid);
  });

  test('starts as many as a run asks for, from batches of FIFOs', async () => {
    const { rig, spawner } = await ownSpawner();
    const whoStartedIt = 'read _ _ _ starter _ < /proc/$PPID/stat; cat /proc/$starter/comm';
    const runs = Array.from({ length: 40 }, () => new Executing(rig, { helper, spawner, program: '/bin/sh', args: ['-c', whoStartedIt] }));
    const logs = await Promise.all(runs.map(async ({ ended }) => bytesOf((await ended).log).toString()));
    expect(new Set(logs)).toEqual(new Set(['trace-spawner\n']));
  });

  test('leaves no FIFO behind', async () => {
    const { rig, spawner } = await ownSpawner();
    await new Executing(rig, { helper, spawner, program: '/bin/true' }).ended;
    expect(readdirSync(rig.temp)).toHaveLength(1);
    await spawner.close();
    expect(readdirSync(rig.temp)).toEqual([]);
  });

  test('dies with the runner', async () => {
    const rig = await createRig();
    const runner = await startLoneRunner(rig, { args: (await rig.command('build')).args });
    const build = await (await rig.command('build')).started();
    const spawner = spawnerOf(build.pid);
    expect(nameOf(spawner)).toBe('trace-spawner');
    runner.kill('SIGKILL');
    await build.ended;
    await expect.poll(() => isRunning(spawner)).toBe(false);
  });

  test('keeps no descriptor of the runner, and gives none to a command', async () => {
    const rig = await createRig();
    const held = openSync('/dev/null', 'r');
    onTestFinished(() => closeSync(held));
    const run = new Executing(rig, { helper, program: '/bin/sh', args: ['-c', 'ls /proc/$$/fd'] });
    expect(bytesOf((await run.ended).log).toString()).toBe('0\n1\n2\n');
  });
});

describe('when the spawner dies', () => {
  test('a command that runs goes on, and its exit code is its own', async () => {
    const { run, build } = await startBuild(helper, { trace: true });
    process.kill(spawnerOf(build.pid), 'SIGKILL');
    await build.stdout('still here');
    await run.arrived('still here');
    build.exit(3);
    const { exit, traced } = await run.ended;
    expect(exit).toEqual({ kind: 'exited', code: 3 });
    expect(traced.kind).toBe('traced');
    expect(traced).not.toHaveProperty('raw.incomplete');
  });

  test('a command that runs can still be killed', async () => {
    const { rig, run, build } = await startBuild(helper);
    await build.spawn('escaped', { newSession: true });
    const escaped = await (await rig.command('escaped')).started();
    process.kill(spawnerOf(build.pid), 'SIGKILL');
    run.cancellation.kill({ kind: 'task-failed' });
    expect((await run.ended).exit).toEqual({ kind: 'signalled', signal: 'SIGKILL', number: 9 });
    await escaped.ended;
  });

  test('if its helper dies as well, a command is no success', async () => {
    const { run, build } = await startBuild(helper);
    const itsHelper = parentOf(build.pid);
    process.kill(spawnerOf(build.pid), 'SIGKILL');
    process.kill(itsHelper, 'SIGKILL');
    expect((await run.ended).exit).toEqual({ kind: 'not-started', code: 126, why: 'the trace helper ended early' });
    await build.ended;
  });

  test('the runner starts the next helper itself', async () => {
    const { spawner } = await ownSpawner();
    const { run, build } = await startBuild(helper, { spawner });
    process.kill(spawnerOf(build.pid), 'SIGKILL');
    build.exit(0);
    await run.ended;
    const { build: next } = await startBuild(helper, { spawner });
    expect(parentOf(parentOf(next.pid))).toBe(process.pid);
  });
});

test('when somebody has stopped the spawner, a command that runs comes to its end', async () => {
  const { run, build } = await startBuild(helper);
  const spawner = spawnerOf(build.pid);
  process.kill(spawner, 'SIGSTOP');
  build.exit(3);
  expect((await run.ended).exit).toEqual({ kind: 'exited', code: 3 });
  process.kill(spawner, 'SIGCONT');
});

test('a helper that gets a control FIFO after the runner has died kills its tree', async () => {
  const spawner = new TestSpawner();
  await spawner.makeFifos(1);
  // As it is when nobody holds the other end any more.
  const control = openSync(joinPath(spawner.directory, '0'), constants.O_RDONLY | constants.O_NONBLOCK);
  const args = ['--group', '--report-fd', '3', '--control-fd', '4', '--', '/bin/sleep', 'sleep', '60'];
  const child = spawn(helperPath(), args, { stdio: ['ignore', 'ignore', 'ignore', 'ignore', control] });
  closeSync(control);
  expect(await once(child, 'exit')).toEqual([137, null]);
});

async function ownSpawner(): Promise<{ rig: Rig; spawner: Spawner }> {
  const rig = await createRig();
  const spawner = new Spawner(helper, rig.temp);
  onTestFinished(() => spawner.close());
  return { rig, spawner };
}

function spawnerOf(command: number): number {
  return parentOf(parentOf(command));
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
}

/** A zombie is not, and who has to bury it may take its time. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}
