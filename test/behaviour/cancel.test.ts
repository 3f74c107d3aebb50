import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/execute/execution.ts';
import { findTraceHelper, type TraceHelper } from '../../src/execute/trace/tracer.ts';
import { Executing, startBuild } from '../harness/executing.ts';
import { startLoneRunner } from '../harness/lone-runner.ts';
import { createRig } from '../harness/rig.ts';

const helper = findTraceHelper();
const none: TraceHelper = { kind: 'unavailable', why: 'no compiler' };

describe.each([
  ['with the helper', helper],
  ['without a helper', none],
])('%s', (_, helper) => {
  test('the first signal reaches the command and its children', async () => {
    const { rig, run, build } = await startBuild(helper);
    await build.spawn('child');
    const child = await (await rig.command('child')).started();
    const heard = [await build.trap('SIGTERM'), await child.trap('SIGTERM')];
    run.cancellation.ask('SIGTERM');
    await Promise.all(heard.map((signal) => signal()));
    child.exit(0);
    await child.ended;
    build.exit(9);
    expect((await run.ended).exit).toEqual({ kind: 'exited', code: 9 });
  });

  test('a signal that comes before the command runs is not lost', async () => {
    const rig = await createRig();
    const run = new Executing(rig, { helper, args: (await rig.command('build')).args });
    run.cancellation.ask('SIGTERM');
    expect((await run.ended).exit).toEqual({ kind: 'signalled', signal: 'SIGTERM', number: 15 });
  });

  test('a command with the terminal gets the signal alone, not the group of the runner', async () => {
    const { run, build } = await startBuild(helper, { terminal: true });
    const heard = await build.trap('SIGTERM');
    run.cancellation.ask('SIGTERM');
    await heard();
    build.exit(0);
    expect((await run.ended).exit).toEqual({ kind: 'exited', code: 0 });
  });

  test('who does not end within the grace time is killed, children included', async () => {
    const { rig, run, build } = await startBuild(helper);
    await build.spawn('child');
    const child = await (await rig.command('child')).started();
    const heard = [await build.trap('SIGINT'), await child.trap('SIGINT')];
    run.cancellation.ask('SIGINT');
    await Promise.all(heard.map((signal) => signal()));
    run.endGrace();
    expect((await run.ended).exit).toEqual({ kind: 'signalled', signal: 'SIGKILL', number: 9 });
    await child.ended;
  });

  test('the second signal kills', async () => {
    const { run, build } = await startBuild(helper);
    const heard = await build.trap('SIGINT');
    run.cancellation.ask('SIGINT');
    await heard();
    run.cancellation.ask('SIGINT');
    expect(exitCodeOf((await run.ended).exit)).toBe(137);
  });

  test('a command that starts after the kill is killed at once', async () => {
    const rig = await createRig();
    const run = new Executing(rig, { helper, args: (await rig.command('build')).args });
    run.cancellation.kill({ kind: 'task-failed' });
    expect(exitCodeOf((await run.ended).exit)).toBe(137);
  });
});

describe('with the helper', () => {
  test('a kill ends children in sessions of their own', async () => {
    const { rig, run, build } = await startBuild(helper);
    await build.spawn('escaped', { newSession: true });
    const escaped = await (await rig.command('escaped')).started();
    run.cancellation.kill({ kind: 'task-failed' });
    expect(exitCodeOf((await run.ended).exit)).toBe(137);
    await escaped.ended;
  });

  test('a kill ends children whose parent is gone', async () => {
    const { rig, run, build } = await startBuild(helper);
    await build.spawn('child');
    const child = await (await rig.command('child')).started();
    await child.spawn('orphan', { newSession: true });
    const orphan = await (await rig.command('orphan')).started();
    child.exit(0);
    await child.ended;
    run.cancellation.kill({ kind: 'task-failed' });
    await Promise.all([run.ended, build.ended, orphan.ended]);
    expect(exitCodeOf((await run.ended).exit)).toBe(137);
  });

  test.each([false, true])('nothing lives on when the runner is killed (terminal: %j)', async (terminal) => {
    const rig = await createRig();
    const runner = await startLoneRunner(rig, { args: (await rig.command('build')).args, terminal });
    const build = await (await rig.command('build')).started();
    await build.spawn('escaped', { newSession: true });
    const escaped = await (await rig.command('escaped')).started();
    runner.kill('SIGKILL');
    await Promise.all([build.ended, escaped.ended]);
    expect(await runner.ended).toBe('SIGKILL');
  });
});
