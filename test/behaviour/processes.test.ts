import { chmodSync, closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/execute/execution.ts';
import { findTraceHelper, type TraceHelper } from '../../src/execute/trace/tracer.ts';
import { bytesOf, Executing, startBuild } from '../harness/executing.ts';
import { startLoneRunner } from '../harness/lone-runner.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const helper = findTraceHelper();
const none: TraceHelper = { kind: 'unavailable', why: 'no compiler' };

describe.each([
  ['with the helper', helper],
  ['without a helper', none],
])('%s', (_, helper) => {
  test('the exit code is that of the command', async () => {
    const { run, build } = await startBuild(helper);
    build.exit(3);
    expect((await run.ended).exit).toEqual({ kind: 'exited', code: 3 });
  });

  test('a signal that ended the command gives 128+n', async () => {
    const { run, build } = await startBuild(helper);
    process.kill(build.pid, 'SIGTERM');
    const { exit } = await run.ended;
    expect(exit).toEqual({ kind: 'signalled', signal: 'SIGTERM', number: 15 });
    expect(exitCodeOf(exit)).toBe(143);
  });

  test('a program that is not there gives 127', async () => {
    const run = new Executing(await createRig(), { helper, program: '/no/such/program' });
    expect((await run.ended).exit).toEqual({ kind: 'not-started', code: 127, why: 'no such file or directory' });
  });

  test('a program that may not be executed gives 126', async () => {
    const rig = await createRig();
    await rig.write({ 'build.sh': '#!/bin/sh\n' });
    const run = new Executing(rig, { helper, program: rig.path('build.sh') });
    expect((await run.ended).exit).toEqual({ kind: 'not-started', code: 126, why: 'permission denied' });
  });

  test('arguments that the system refuses give 126', async () => {
    const run = new Executing(await createRig(), { helper, args: ['x'.repeat(200_000)] });
    expect((await run.ended).exit).toEqual({ kind: 'not-started', code: 126, why: 'argument list too long' });
  });

  test('a working directory that is not there is named', async () => {
    const rig = await createRig();
    const run = new Executing(rig, { helper, cwd: rig.path('gone') });
    expect((await run.ended).exit).toEqual({ kind: 'not-started', code: 126, why: `no such directory: ${rig.path('gone')}` });
  });

  test('the command gets its directory, its environment and an empty stdin', async () => {
    const { rig, build } = await startBuild(helper, { env: { COLOR: 'blue' } });
    expect(build.cwd).toBe(rig.root);
    expect(await build.env('COLOR')).toBe('blue');
    expect(await build.env('HOME')).toBeUndefined();
    expect(await build.stdin()).toBe('');
  });

  test('the command is called by the name it was given', async () => {
    const run = new Executing(await createRig(), { helper, program: '/bin/sh', argv0: 'build', args: ['-c', 'echo $0'] });
    expect(bytesOf((await run.ended).log).toString()).toBe('build\n');
  });

  test('the log holds both streams in the order of arrival, byte for byte', async () => {
    const { run, build } = await startBuild(helper);
    await build.stdout('one');
    await run.arrived('one');
    await build.stderr('two');
    await run.arrived('two');
    await build.stdout(Buffer.from([0xff, 0x00, 0x0a]));
    build.exit(0);
    const { log } = await run.ended;
    expect(bytesOf(log)).toEqual(Buffer.concat([Buffer.from('onetwo'), Buffer.from([0xff, 0x00, 0x0a])]));
    expect(log.segments).toEqual([
      { stream: 'stdout', length: 3 },
      { stream: 'stderr', length: 3 },
      { stream: 'stdout', length: 3 },
    ]);
  });

  test('a script without an interpreter line is run by the shell', async () => {
    const rig = await createRig();
    await rig.write({ 'bare.sh': 'echo "bare $1"' });
    chmodSync(rig.path('bare.sh'), 0o755);
    const run = new Executing(rig, { helper, program: rig.path('bare.sh'), args: ['words'] });
    expect(bytesOf((await run.ended).log).toString()).toBe('bare words\n');
  });

  test('what is written right before the end is in the log', async () => {
    const run = new Executing(await createRig(), { helper, args: ['-e', 'process.stdout.write("x".repeat(900_000))'] });
    expect(bytesOf((await run.ended).log)).toHaveLength(900_000);
  });

  test('a log of more than 1 MB goes to a file', async () => {
    const { rig, run, build } = await startBuild(helper);
    await build.stdout('x'.repeat(1_500_000));
    build.exit(0);
    const { log } = await run.ended;
    expect(log.bytes.kind).toBe('file');
    expect(bytesOf(log).equals(Buffer.alloc(1_500_000, 'x'))).toBe(true);
    expect(readdirSync(rig.temp).filter((name) => name.startsWith('log-'))).toHaveLength(1);
  });

  test('a log that nobody asked for is not kept', async () => {
    const { rig, run, build } = await startBuild(helper, { keepsLog: false });
    await build.stdout('x'.repeat(1_500_000));
    await run.arrived('x'.repeat(1_500_000));
    build.exit(0);
    expect(bytesOf((await run.ended).log)).toHaveLength(0);
    expect(readdirSync(rig.temp).filter((name) => name.startsWith('log-'))).toEqual([]);
  });

  test('where descriptors have run out the command is not started', async () => {
    const rig = await createRig();
    const held = takeAllDescriptors();
    const ended = new Executing(rig, { helper, trace: { roots: [rig.root] } }).ended.finally(() => held.forEach((file) => closeSync(file)));
    const { exit, traced } = await ended;
    expect(exit).toEqual({ kind: 'not-started', code: 126, why: 'too many open files' });
    expect(traced.kind).toBe('unavailable');
  });

  test('the command is the leader of a process group of its own', async () => {
    const { build } = await startBuild(helper);
    expect(familyOf(build.pid).group).toBe(build.pid);
  });

  test('a command with the terminal stays in the group of the runner and leaves no log', async () => {
    const { run, build } = await startBuild(helper, { terminal: true });
    expect(familyOf(build.pid).group).toBe(familyOf(process.pid).group);
    build.exit(0);
    expect((await run.ended).log.segments).toEqual([]);
  });

  test('a background process that holds the output does not hold the run, and lives on', async () => {
    const { rig, run, build } = await startBuild(helper);
    await build.spawn('daemon', { keepsOutput: true });
    const daemon = await (await rig.command('daemon')).started();
    await build.stdout('built');
    build.exit(0);
    const { exit, log } = await run.ended;
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    await daemon.stdout('late');
    expect(bytesOf(log).toString()).toBe('built');
  });
});

describe('variables that are not UTF-8', () => {
  const print = { program: '/bin/sh', args: ['-c', 'printf "%s" "$X"'], env: { X: 'a\udcff', HOME: '/h' } };
  const printed = async (one: TraceHelper) => bytesOf((await new Executing(await createRig(), { ...print, helper: one }).ended).log);

  test('reach the command as they are through the helper, and as U+FFFD without it', async () => {
    expect((await printed(helper)).toString('latin1')).toBe('a\xff');
    expect((await printed(none)).toString()).toBe('a\uFFFD');
  });
});

describe('with the helper', () => {
  test('a script may open its output by name', async () => {
    const run = new Executing(await createRig(), {
      helper,
      program: '/bin/sh',
      args: ['-c', 'echo one > /dev/stderr; echo two > /dev/stdout'],
    });
    const { log, exit } = await run.ended;
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(log.segments.map(({ stream }) => stream).toSorted()).toEqual(['stderr', 'stdout']);
  });

  test('the command is in the session of the runner, so that the terminal stays its own', async () => {
    const { build } = await startBuild(helper);
    expect(familyOf(build.pid).session).toBe(familyOf(process.pid).session);
  });

  test('a runner ends by itself once its command has ended, even if a process lives on', async () => {
    const rig = await createRig();
    const runner = await startLoneRunner(rig, { args: (await rig.command('build')).args });
    const build = await (await rig.command('build')).started();
    await build.spawn('daemon', { keepsOutput: true });
    const daemon = await (await rig.command('daemon')).started();
    build.exit(0);
    expect(await runner.ended).toBe(0);
    expect(await daemon.env('PATH')).toBe(process.env['PATH']);
  });

  test('the trace tells what the command read', async () => {
    const rig = await createRig();
    await rig.write({ 'input.txt': 'A' });
    const run = new Executing(rig, { helper, program: '/bin/cat', args: ['input.txt'], trace: { roots: [rig.root] } });
    const { traced } = await run.ended;
    expect(traced).toMatchObject({
      kind: 'traced',
      raw: { events: expect.arrayContaining([expect.objectContaining({ kind: 'read', path: rig.path('input.txt') })]) },
    });
    expect(traced).not.toHaveProperty('raw.incomplete');
  });

  test('a process that outlives the command makes the trace incomplete, by name', async () => {
    const { rig, run, build } = await startBuild(helper, { trace: true });
    await build.spawn('daemon');
    const daemon = await (await rig.command('daemon')).started();
    build.exit(0);
    const { exit, traced } = await run.ended;
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(traced).toMatchObject({ kind: 'traced', raw: { incomplete: { program: 'node' } } });
    await daemon.write(rig.path('late.txt'), 'written late');
    expect(await daemon.read(rig.path('late.txt'))).toBe('written late');
  });

  test('the end of the helper is the end of the command, and no success', async () => {
    const { run, build } = await startBuild(helper, { trace: true });
    process.kill(familyOf(build.pid).parent, 'SIGKILL');
    const { exit, traced } = await run.ended;
    expect(exit).toEqual({ kind: 'signalled', signal: 'SIGKILL', number: 9 });
    expect(traced).toMatchObject({ raw: { incomplete: { why: 'the trace helper ended early' } } });
    await build.ended;
  });
});

describe('with a helper of another version', () => {
  const unknownFrame = '\\143\\0\\0\\0\\0\\0\\0\\0';
  const exitedWith3 = '\\2\\0\\0\\0\\10\\0\\0\\0\\0\\0\\0\\0\\3\\0\\0\\0';
  const incomplete = { program: 'the command', why: 'the trace helper speaks another version' };

  test.each([
    ['before', unknownFrame + exitedWith3],
    ['after', exitedWith3 + unknownFrame],
    ['that is torn, after', `${exitedWith3}${'\\377'.repeat(20)}`],
  ])('a frame %s the exit code leaves that as it is, and makes the trace incomplete', async (_, report) => {
    const rig = await createRig();
    const run = new Executing(rig, { helper: await helperThatSays(report, rig), trace: { roots: [rig.root] } });
    const { exit, traced } = await run.ended;
    expect(exit).toEqual({ kind: 'exited', code: 3 });
    expect(traced).toMatchObject({ kind: 'traced', raw: { incomplete } });
  });

  test('a report that is nothing but noise is no success', async () => {
    const rig = await createRig();
    const run = new Executing(rig, { helper: await helperThatSays('\\377'.repeat(100), rig), trace: { roots: [rig.root] } });
    const { exit, traced } = await run.ended;
    expect(exitCodeOf(exit)).toBe(126);
    expect(traced).toMatchObject({ kind: 'traced', raw: { incomplete } });
  });
});

test('a helper that may not be executed is no success', async () => {
  const rig = await createRig();
  await rig.write({ helper: '' });
  const run = new Executing(rig, { helper: { kind: 'available', path: rig.path('helper') } });
  expect((await run.ended).exit).toEqual({ kind: 'not-started', code: 126, why: 'permission denied' });
});

/** `report` is a format of `printf`. */
async function helperThatSays(report: string, rig: Rig): Promise<TraceHelper> {
  await rig.write({ helper: `#!/bin/sh\n[ "$1" = --make-fifos ] && exit 1\nprintf '${report}' >&3\n` });
  chmodSync(rig.path('helper'), 0o755);
  return { kind: 'available', path: rig.path('helper') };
}

function takeAllDescriptors(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    return taken;
  }
}

/** Of `/proc/<pid>/stat`: what follows the name, which is in parentheses and may hold anything, is state and numbers. */
function familyOf(pid: number): { readonly parent: number; readonly group: number; readonly session: number } {
  const numbers = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number);
  const [, parent = 0, group = 0, session = 0] = numbers ?? [];
  return { parent, group, session };
}
