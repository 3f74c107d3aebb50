import { chmodSync, closeSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AbsolutePath } from '../../../src/base/path.ts';
import { TaskPipes, type TaskPipe } from '../../../src/execute/task-pipes.ts';
import { findTraceHelper, type TraceHelper } from '../../../src/execute/trace/tracer.ts';

const helper = findTraceHelper();

test('what is written to a pipe arrives', async () => {
  const [stdout, stderr] = await taken(new TaskPipes(helper, temporaryDirectory()));
  expect(await carried(stdout, 'one')).toBe('one');
  expect(await carried(stderr, 'two')).toBe('two');
});

test('the names are in a directory that is this user only', async () => {
  const temporary = temporaryDirectory();
  const pipes = new TaskPipes(helper, temporary);
  expect(readdirSync(temporary)).toEqual([]);
  await taken(pipes);
  const [name = ''] = readdirSync(temporary);
  expect(name).toMatch(new RegExp(`^reprise-${process.pid}-`));
  expect(statSync(join(temporary, name)).mode & 0o777).toBe(0o700);
  pipes.close();
  expect(readdirSync(temporary)).toEqual([]);
});

test('pipes that are opened all at once are enough for everybody', async () => {
  const temporary = temporaryDirectory();
  const pipes = new TaskPipes(helper, temporary);
  await Promise.all(Array.from({ length: 80 }, () => taken(pipes)));
  expect(readdirSync(temporary)).toHaveLength(1);
});

test('names that vanished are made anew', async () => {
  const temporary = temporaryDirectory();
  const pipes = new TaskPipes(helper, temporary);
  await taken(pipes);
  for (const name of readdirSync(temporary)) rmSync(join(temporary, name), { recursive: true });
  const [stdout] = await taken(pipes);
  expect(await carried(stdout, 'again')).toBe('again');
});

test('when only one name of a pair is there, nothing stays open', async () => {
  const temporary = temporaryDirectory();
  const pipes = new TaskPipes(withoutName(temporary, 1), temporary);
  const before = readdirSync('/proc/self/fd').length;
  expect(await pipes.takePair()).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
});

test('where there is no helper or no directory there are no pipes', async () => {
  expect(await new TaskPipes({ kind: 'unavailable', why: 'no compiler' }, temporaryDirectory()).takePair()).toBeUndefined();
  expect(await new TaskPipes(helper, join(temporaryDirectory(), 'gone') as AbsolutePath).takePair()).toBeUndefined();
  expect(await new TaskPipes({ kind: 'available', path: '/no/such/helper' }, temporaryDirectory()).takePair()).toBeUndefined();
});

test('what killed runs have left is removed, and nothing else', async () => {
  const temporary = temporaryDirectory();
  const others = ['reprise-1-abcdef', 'reprise-rig-abcdef', 'other'];
  for (const name of [...others, 'reprise-99999999-abcdef']) mkdirSync(join(temporary, name));
  writeFileSync(join(temporary, 'reprise-99999999-abcdeg'), 'no directory');
  const pipes = new TaskPipes(helper, temporary);
  await taken(pipes);
  pipes.close();
  expect(readdirSync(temporary).toSorted()).toEqual([...others, 'reprise-99999999-abcdeg'].toSorted());
});

async function taken(pipes: TaskPipes): Promise<readonly [TaskPipe, TaskPipe]> {
  const pair = await pipes.takePair();
  if (pair === undefined) throw new Error('there are no pipes');
  onTestFinished(() => pair.forEach(({ output }) => void output.destroy()));
  return pair;
}

async function carried({ output, input }: TaskPipe, text: string): Promise<string> {
  let arrived = '';
  output.on('data', (bytes: Buffer) => (arrived += bytes.toString()));
  writeSync(input, text);
  closeSync(input);
  await once(output, 'close');
  return arrived;
}

/** The helper, if it forgot one. */
function withoutName(temporary: AbsolutePath, forgotten: number): TraceHelper {
  if (helper.kind === 'unavailable') throw new Error(helper.why);
  const path = join(temporary, 'helper');
  writeFileSync(path, `#!/bin/sh\n'${helper.path}' "$@" && rm "$2/${forgotten}"\n`);
  chmodSync(path, 0o755);
  return { kind: 'available', path };
}

function temporaryDirectory(): AbsolutePath {
  const directory = mkdtempSync(join(tmpdir(), 'pipes-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory as AbsolutePath;
}
