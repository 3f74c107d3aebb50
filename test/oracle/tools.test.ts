import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AbsolutePath } from '../../src/base/path.ts';
import type { TracedOptions } from '../harness/traced.ts';
import { installTools } from '../tools/installed-tools.mjs';
import { makeLoads, toolEnvironment } from '../tools/loads.mjs';
import type { Comparison } from './comparison.ts';
import { smallTools, writeFilesFor } from './small-tools.ts';
import { comparisonTable } from './table.ts';
import { problemsOf, watch } from './watched.ts';

const workspace = join(realpathSync(tmpdir()), 'reprise-oracle-tools') as AbsolutePath;
const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'reprise-oracle-')) as AbsolutePath;
const rows = new Map<string, Comparison>();

beforeAll(() => installTools(workspace));

afterAll(() => {
  process.stdout.write(`\n${comparisonTable(rows)}`);
  if (process.env['KEEP_LOGS'] === undefined) rmSync(scratch, { recursive: true, force: true });
});

describe('every access of a real tool is told, and nothing else', () => {
  const names = ['tsc 6', 'tsc 7', 'vite build', 'esbuild', 'webpack', 'vitest run', 'eslint', 'find', 'cp -r', 'git status', 'make'];
  test.each(names)('%s', async (name) => {
    const load = makeLoads(workspace).find((load) => load.name === name);
    load?.prepare();
    expect(await problems(name, load?.command ?? [], { root: workspace, cwd: load?.cwd ?? workspace })).toEqual([]);
  });

  test.each(smallTools)('$name', async ({ name, script }) => {
    expect(await problems(name, ['/bin/sh', '-ec', script], { root: writeFilesFor(name, scratch) })).toEqual([]);
  });
});

test('what is compared is the fast way: of the calls of dynamic programs most do not wait', () => {
  const dynamic = [...rows].filter(([name]) => name !== 'tsc 7' && name !== 'esbuild').map(([, row]) => row);
  const [waited, calls] = [dynamic.map((row) => row.waited), dynamic.map((row) => row.calls)].map((all) => all.reduce((a, b) => a + b, 0));
  expect(waited).toBeLessThanOrEqual((calls ?? 0) / 2);
});

async function problems(name: string, command: readonly string[], options: Pick<TracedOptions, 'root' | 'cwd'>): Promise<string[]> {
  const env = toolEnvironment(join(scratch, 'home'));
  const watched = await watch(command, { ...options, env, log: join(scratch, 'strace.log') });
  rows.set(name, watched);
  return problemsOf(watched, 0.99);
}
