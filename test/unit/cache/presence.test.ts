import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { joinPath } from '../../../src/base/path.ts';
import { enter, otherRuns } from '../../../src/cache/presence.ts';
import { directoryWith } from '../../harness/files.ts';

/** A run of this process that has entered, as a file whose name can be changed. */
function entered() {
  const runs = joinPath(directoryWith({}), 'runs');
  const leave = enter(runs);
  const [name = ''] = readdirSync(runs);
  const rename = (replace: (parts: string[]) => string[]) =>
    renameSync(joinPath(runs, name), joinPath(runs, replace(name.split('.')).join('.')));
  return { runs, leave, rename };
}

async function endedProcess(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('a run that has a store open', () => {
  test('is known until it leaves', () => {
    const { runs, leave } = entered();
    expect(otherRuns(runs)).toMatchObject({ since: [expect.any(Number)], left: [] });
    leave();
    expect(otherRuns(runs)).toEqual({ since: [], left: [] });
  });

  test('may have used everything that was touched since it began', () => {
    const { runs } = entered();
    expect(otherRuns(runs).since[0]).toBeLessThan(Date.now());
  });

  test('is known to be gone once its process has ended', async () => {
    const { runs, rename } = entered();
    const pid = await endedProcess();
    rename(([, ...rest]) => [String(pid), ...rest]);
    expect(otherRuns(runs)).toMatchObject({ since: [], left: [expect.any(String)] });
  });

  test('is not taken for a later process of the same id', () => {
    const { runs, rename } = entered();
    rename(([pid = '', , ...rest]) => [pid, '1', ...rest]);
    expect(otherRuns(runs)).toMatchObject({ since: [], left: [expect.any(String)] });
  });

  test('counts for a day where its process cannot be seen', () => {
    const { runs, rename } = entered();
    rename(([, start = '', , ...rest]) => ['1', start, 'ffffffff', ...rest]);
    expect(otherRuns(runs).since).toHaveLength(1);
    const longAgo = Date.now() / 1000 - 25 * 60 * 60;
    for (const name of readdirSync(runs)) utimesSync(joinPath(runs, name), longAgo, longAgo);
    expect(otherRuns(runs).since).toEqual([]);
  });

  test('goes unknown where nothing can be written', () => {
    const leave = enter(joinPath(directoryWith({ file: '' }), 'file/runs'));
    expect(leave).not.toThrow();
  });

  test('is not what somebody else has put there', () => {
    const { runs } = entered();
    writeFileSync(joinPath(runs, 'notes'), '');
    expect(otherRuns(runs).since).toHaveLength(1);
  });
});
