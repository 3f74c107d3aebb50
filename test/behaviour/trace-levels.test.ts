import { chmodSync, copyFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';
import { traced } from '../harness/traced.ts';
import { directoryWith } from '../harness/files.ts';

const isRoot = process.getuid?.() === 0;
const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

async function withTask(task: object, files: Record<string, string> = {}): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'app' },
    'package-lock.json': {},
    'reprise.config.json': { tasks: { build: task } },
    ...files,
  });
  return rig;
}

async function stepOf(rig: Rig, isUnprivileged = false) {
  const run = await rig.run(['run', '-v', 'build'], { isUnprivileged });
  return { ...run, step: run.record?.tasks[0]?.steps[0] };
}

describe('the level of a trace', () => {
  test('is full, and in the record', async () => {
    const rig = await withTask({ command: 'cat in' }, { in: '' });
    expect((await stepOf(rig)).step).toMatchObject({ trace: { level: 'full' }, stored: { kind: 'stored' } });
  });

  test.each([
    [false, "the task switches it off with 'trace': false"],
    ['preload', "what 'trace': 'preload' sees is never certain to be all"],
  ])('is none with trace: %j, and then only what is declared is stored', async (trace, why) => {
    const rig = await withTask({ command: 'cp in out', trace }, { in: '' });
    const { step, stdout } = await stepOf(rig);
    expect(step).toMatchObject({
      trace: { level: 'none', why },
      stored: { kind: 'not-stored', reason: { code: 'tracing-unavailable', why } },
    });
    expect(stdout).toContain(`Not cached: tracing is not available here: ${why}`);
  });

  test.each([false, 'preload'])('may be none where input and output are declared (trace: %j)', async (trace) => {
    const rig = await withTask({ command: 'cp in out', trace, input: ['in'], output: ['out'] }, { in: '' });
    expect((await stepOf(rig)).step).toMatchObject({ trace: { level: 'none' }, stored: { kind: 'stored' } });
    await rig.remove('out');
    expect((await stepOf(rig)).step?.outcome).toBe('restored');
    expect(rig.tree()).toHaveProperty('out');
  });

  test('is not told of what takes no part in caching', async () => {
    const rig = await withTask({ command: 'cat in', cache: false }, { in: '' });
    expect((await stepOf(rig)).step).not.toHaveProperty('trace');
  });
});

describe.skipIf(!isRoot)('a set-user-id program', () => {
  test('has its privileges where the helper has those of an administrator', async () => {
    const root = directoryWith({});
    const { frames, output } = await traced([setuidId(root), '-u'], { root, privileges: ['setpriv', '--reuid', '0'] });
    expect(output).toBe('0\n');
    expect(frames.map(({ kind }) => kind)).not.toContain('unprivileged');
  });

  test('has none, and is named, where it has not', async () => {
    const root = directoryWith({});
    chmodSync(root, 0o755);
    const program = setuidId(root);
    const { frames, output, trace } = await traced([program, '-u'], { root, privileges: asNobody });
    expect(output).toBe('65534\n');
    expect(frames).toContainEqual({ kind: 'unprivileged', program });
    expect(trace.incomplete).toBeUndefined();
  });

  test('is named at the end of a run, with what gives it its privileges', async () => {
    const rig = await withTask({ command: './id -u' });
    await rig.handOver();
    setuidId(rig.root);
    const { stdout, step } = await stepOf(rig, true);
    expect(step?.trace).toEqual({ level: 'full', unprivileged: [rig.path('id')] });
    expect(stdout).toContain(
      `! app#build ran '${rig.path('id')}' without its privileges, as it was traced → if it needs them: "trace": false`,
    );
  });

  test.each([false, 'preload'])('has them with trace: %j', async (trace) => {
    const rig = await withTask({ command: './id -u', trace });
    await rig.handOver();
    setuidId(rig.root);
    expect((await stepOf(rig, true)).stdout).toMatch(/^0$/m);
  });
});

/** `id`, which then belongs to root and acts as root. */
function setuidId(directory: string): string {
  const program = `${directory}/id`;
  copyFileSync('/usr/bin/id', program);
  chmodSync(program, 0o4755);
  return program;
}
