import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AbsolutePath } from '../../src/base/path.ts';
import { Random } from '../harness/random.ts';
import { added, type Comparison } from './comparison.ts';
import { allOperations, generate, isIntricate, type Language, type Program } from './random/operations.ts';
import { commandOf, compileInterpreters, makeGround, mix } from './random/programs.ts';
import { comparisonTable } from './table.ts';
import { problemsOf, watch } from './watched.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const count = Number(process.env['PROGRAMS'] ?? 500);
/** Only the program of this number. */
const only = process.env['PROGRAM'];
const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'reprise-random-')) as AbsolutePath;
const around = join(scratch, 'ground') as AbsolutePath;
const root = join(around, 'deep/deeper/root') as AbsolutePath;
const rows = new Map<string, Comparison>();
const done = new Map<string, number>();
const programs = makePrograms();

beforeAll(() => compileInterpreters(scratch));

afterAll(() => {
  const all = programs.flatMap(({ operations }) => operations);
  const least = Math.min(...allOperations.map((name) => done.get(name) ?? 0));
  const intricate = Math.round((100 * all.filter(isIntricate).length) / all.length);
  const said = `${programs.length} programs, ${all.length} operations of ${allOperations.length} kinds, each at least ${least} times, ${intricate} % intricate`;
  process.stdout.write(`\n${comparisonTable(rows)}SEED=${seed}: ${said}\n`);
  if (process.env['KEEP_LOGS'] === undefined) rmSync(scratch, { recursive: true, force: true });
});

test('each operation comes up often, and many of them are intricate', () => {
  const all = programs.flatMap(({ operations }) => operations);
  expect(Math.min(...allOperations.map((name) => done.get(name) ?? 0))).toBeGreaterThanOrEqual(count);
  expect(all.filter(isIntricate).length / all.length).toBeGreaterThanOrEqual(0.3);
});

test(`the trace of each program at random is what strace sees (SEED=${seed})`, async () => {
  const differences: string[] = [];
  for (const [number, program] of programs.entries()) {
    if (only !== undefined && Number(only) !== number) continue;
    differences.push(...(await differencesOf(program)).map((line) => `PROGRAM=${number} (${program.language}): ${line}`));
    if (differences.length > 50) break;
  }
  expect(differences).toEqual([]);
});

async function differencesOf(program: Program): Promise<string[]> {
  makeGround(around);
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  const watched = await watch(commandOf(program, scratch), { root, around, env, log: join(scratch, 'strace.log') });
  const before = rows.get(program.language);
  rows.set(program.language, before === undefined ? watched : added(before, watched));
  const order = watched.outOfOrder === undefined ? [] : [`not in its place: ${watched.outOfOrder}`];
  return [...problemsOf(watched, 1), ...order];
}

function makePrograms(): Program[] {
  const random = new Random(seed);
  const languages = Object.keys(mix) as Language[];
  return languages.flatMap((language) =>
    Array.from({ length: Math.round(count * mix[language].share) }, () => generate(language, mix[language].length, { random, root, done })),
  );
}
