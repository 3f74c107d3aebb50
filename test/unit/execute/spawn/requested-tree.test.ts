import { closeSync, constants, openSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../../src/base/path.ts';
import type { TreeRequest } from '../../../../src/execute/process-tree.ts';
import { openLines, type HelperLines } from '../../../../src/execute/spawn/helper-lines.ts';
import type { HelperStart } from '../../../../src/execute/spawn/protocol.ts';
import { startRequestedTree } from '../../../../src/execute/spawn/requested-tree.ts';
import { Spawner } from '../../../../src/execute/spawn/spawner.ts';
import { findTraceHelper } from '../../../../src/execute/trace/tracer.ts';
import { helperPath } from '../../../harness/traced.ts';
import { temporaryDirectory, TestSpawner } from '../../../harness/helper-process.ts';
import { createRig } from '../../../harness/rig.ts';
import { readyStep } from '../../../harness/steps.ts';

test('when somebody removed the names, nothing is started and nothing stays open', async () => {
  const { spawner, temporary, lines } = await prepared();
  for (const name of readdirSync(temporary)) rmSync(joinPath(temporary, name), { recursive: true });
  expect(await startRequestedTree(await request(), { spawner, lines, helper: helperPath() })).toBeUndefined();
  expect(isClosed(lines)).toBe(true);
});

describe('when the spawner dies without an answer', () => {
  test('and had not opened the lines, nothing is started and nothing stays open', async () => {
    const { process: spawner, lines } = await stopped();
    const starting = startRequestedTree(await request(), { spawner, lines, helper: helperPath() });
    process.kill(spawner.pid ?? 0, 'SIGKILL');
    expect(await starting).toBeUndefined();
    expect(isClosed(lines)).toBe(true);
    expect(await startRequestedTree(await request(), { spawner, lines, helper: helperPath() })).toBeUndefined();
  });

  test('and had started the helper, the command runs and ends like others', async () => {
    const { spawner, lines } = await prepared();
    const unheard = { start: (start: HelperStart) => spawner.start(start).then(() => ({ kind: 'unknown' }) as const) };
    const tree = await startRequestedTree(await request(), { spawner: unheard, lines, helper: helperPath() });
    expect(await tree?.exited).toEqual({ kind: 'exited', code: 0 });
    await tree?.ended;
  });

  test('and nobody reports, the command counts as not started, and nothing stays open', async () => {
    const { lines } = await prepared();
    const dying = { start: () => Promise.resolve(openAndClose(lines.names)) };
    const tree = await startRequestedTree(await request(), { spawner: dying, lines, helper: helperPath() });
    expect(await tree?.exited).toEqual({ kind: 'not-started', code: 126, why: 'the trace helper ended early' });
    expect(isClosed(lines)).toBe(true);
  });
});

test('what no program can be given is thrown, and nothing stays open', async () => {
  const { spawner, lines } = await prepared();
  const starting = startRequestedTree(await request(['a\0b']), { spawner, lines, helper: helperPath() });
  await expect(starting).rejects.toThrow(TypeError);
  expect(isClosed(lines)).toBe(true);
});

test('lines are opened all or none', () => {
  const before = readdirSync('/proc/self/fd').length;
  expect(openLines([joinPath(temporaryDirectory(), 'gone')])).toBeUndefined();
  expect(readdirSync('/proc/self/fd').length).toBe(before);
});

async function prepared() {
  const temporary = temporaryDirectory();
  const spawner = new Spawner(findTraceHelper(), temporary);
  onTestFinished(() => spawner.close());
  const lines = await spawner.takeLines();
  if (lines === undefined) throw new Error('there are no lines');
  return { spawner, temporary, lines };
}

async function stopped() {
  const spawner = new TestSpawner();
  await spawner.makeFifos(4);
  process.kill(spawner.process.pid ?? 0, 'SIGSTOP');
  return { process: spawner.process, lines: spawner.lines() };
}

/** As a spawner that dies between opening the lines and starting the helper. */
function openAndClose(names: readonly AbsolutePath[]) {
  for (const name of names) closeSync(openSync(name, constants.O_WRONLY | constants.O_NONBLOCK));
  for (const name of names) unlinkSync(name);
  return { kind: 'unknown' } as const;
}

async function request(args: readonly string[] = []): Promise<TreeRequest> {
  const { root } = await createRig();
  return { ready: readyStep({ cwd: root, program: '/bin/true', args }), trace: undefined, terminal: false };
}

function isClosed({ stdout, stderr, report, control }: HelperLines): boolean {
  return [stdout, stderr, report, control].every(({ destroyed }) => destroyed);
}
