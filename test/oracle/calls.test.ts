import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AbsolutePath } from '../../src/base/path.ts';
import { Random } from '../harness/random.ts';
import { operationsInC, wordsFor } from './random/operations.ts';
import { commandOf, compileInterpreters, makeGround } from './random/programs.ts';
import { problemsOf, watch } from './watched.ts';

const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'reprise-calls-')) as AbsolutePath;
const around = join(scratch, 'ground') as AbsolutePath;
const TIMES = 12;

beforeAll(() => compileInterpreters(scratch));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each(operationsInC)('the trace of a program that does nothing but %s', async (name) => {
  const root = makeGround(around);
  const random = new Random(operationsInC.indexOf(name));
  const operations = Array.from({ length: TIMES }, () => ({ name, words: wordsFor(name, random, root) }));
  const command = commandOf({ language: 'c', operations }, scratch);
  expect(problemsOf(await watch(command, { root, around, env: {}, log: join(scratch, 'strace.log') }), 1)).toEqual([]);
});
