import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AbsolutePath } from '../../src/base/path.ts';
import { decodeTrace } from '../../src/execute/trace/decode.ts';
import { ReportFrames } from '../../src/execute/trace/report-frames.ts';
import { directoryWith } from '../harness/files.ts';
import { helperPath, seen, tracedShell } from '../harness/traced.ts';

const isRoot = process.getuid?.() === 0;

/** A line of shell that runs `script` below a helper of its own, whose report goes to a file of this name. */
function below(script: string, report: string, root: AbsolutePath): string {
  const line = `${helperPath()} --trace --root ${root} --report-fd 3 --control-fd 4 -- /bin/sh sh -c '${script}'`;
  return `mkfifo ${report}.control; ${line} 3> ${report} 4<> ${report}.control`;
}

function reportIn(root: AbsolutePath, report: string) {
  const frames = new ReportFrames().push(readFileSync(`${root}/${report}`));
  return { frames, trace: decodeTrace(frames), seen: seen(decodeTrace(frames), root) };
}

describe('a helper below another one', () => {
  test('has its tree traced by that one, which sees it all as well', async () => {
    const root = directoryWith({ early: '', input: '', late: '' });
    const { trace } = await tracedShell(`cat early; ${below('cat input; : > made', 'report', root)}; cat late`, { root });
    const inner = reportIn(root, 'report');
    expect(inner.frames[0]).toEqual({ kind: 'started', pid: expect.any(Number) });
    expect(inner.trace.incomplete).toBeUndefined();
    expect(inner.seen).toEqual(expect.arrayContaining(['read input', 'write made (absent)']));
    expect(inner.seen.filter((line) => /early|late/.test(line))).toEqual([]);
    expect(seen(trace, root)).toEqual(expect.arrayContaining(['read early', 'read input', 'write made (absent)', 'read late']));
  });

  test('has roots of its own', async () => {
    const root = directoryWith({ 'a/input': '', 'b/input': '' });
    await tracedShell(below('cat a/input b/input', 'report', `${root}/b` as AbsolutePath), { root });
    const { frames } = reportIn(root, 'report');
    expect(seen(decodeTrace(frames), root)).toEqual(['read b/input']);
  });

  test('is told apart from its neighbours, at any depth', async () => {
    const root = directoryWith({ a: '', b: '', c: '' });
    const innermost = 'cat c';
    const line = `${helperPath()} --trace --root ${root} --report-fd 5 --control-fd 6 -- /bin/cat ${innermost} 5> deep 6<> deep.control`;
    const chain = below(`mkfifo deep.control; ${line}; cat b`, 'middle', root);
    const neighbour = below('cat a', 'other', root);
    const { trace } = await tracedShell(`(${chain}) & (${neighbour}) & wait`, { root });
    expect(readsIn(reportIn(root, 'deep').seen)).toEqual(['read c']);
    expect(readsIn(reportIn(root, 'middle').seen)).toEqual(['read b', 'read c']);
    expect(readsIn(reportIn(root, 'other').seen)).toEqual(['read a']);
    expect(readsIn(seen(trace, root))).toEqual(expect.arrayContaining(['read a', 'read b', 'read c']));
  });

  test('has the orphans of its tree counted as its own', async () => {
    const root = directoryWith({ input: '' });
    await tracedShell(below('(setsid sh -c "sleep 0.1; cat input" &) > /dev/null', 'report', root), { root });
    expect(reportIn(root, 'report').seen).toContain('read input');
  });

  test('says that what outlives its task is not known', async () => {
    const root = directoryWith({});
    await tracedShell(below('(setsid sleep 1.5 &) > /dev/null', 'report', root), { root });
    expect(reportIn(root, 'report').trace.incomplete).toEqual({ program: 'sleep', why: 'was still running after the command ended' });
  });

  test.skipIf(!isRoot)('among other mounts runs untraced, and says so', async () => {
    const root = directoryWith({ 'run.sh': '' });
    const { output } = await tracedShell(
      `echo 'echo ran' > run.sh; unshare --mount sh -c '${below('sh run.sh', 'report', root).replaceAll("'", '"')}'`,
      { root },
    );
    const [started] = reportIn(root, 'report').frames;
    expect(output).toBe('ran\n');
    expect(started).toMatchObject({ kind: 'started', untraced: 'another tracer watches this process already' });
  });
});

function readsIn(lines: readonly string[]): string[] {
  return lines.filter((text) => text.startsWith('read ')).toSorted();
}
