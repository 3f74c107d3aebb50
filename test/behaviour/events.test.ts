import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { eventsJsonSchema } from '../../src/report/event-schema.ts';
import { createRig, type Rig } from '../harness/rig.ts';

interface Line {
  readonly type: string;
  readonly [member: string]: unknown;
}

async function workspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: String.raw`printf 'text\n\377' | cat` } },
    'packages/b/package.json': { name: 'b', scripts: { build: "sh -c 'exit 3'" } },
    'packages/c/package.json': { name: 'c', dependencies: { b: '*' }, scripts: { build: 'cat in.txt' } },
    'packages/c/in.txt': 'in',
  });
  return rig;
}

const words = ['run', '--cache', '--continue', '-r', '--events', '../events.jsonl', 'build'];

function linesOf(text: string): Line[] {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('every event of a run is a line that the schema allows, from the version to the exit code', async () => {
  const rig = await workspace();
  const isEvent = new Ajv({ strict: false }).compile({ ...eventsJsonSchema() } as object);
  await rig.run(words);
  const first = linesOf(readFileSync(rig.path('../events.jsonl'), 'utf8'));
  await rig.run(words);
  const second = linesOf(readFileSync(rig.path('../events.jsonl'), 'utf8'));

  expect([...first, ...second].filter((line) => !isEvent(line))).toEqual([]);
  expect(isEvent({ type: 'step-output', at: 1 })).toBe(false);
  expect(first[0]).toEqual({ type: 'reprise-events', version: 1 });
  expect(first[1]).toMatchObject({ type: 'run-started', order: expect.arrayContaining([waiting('c', 'b'), waiting('b')]) });
  expect(first.at(-1)).toMatchObject({ type: 'run-ended', exitCode: 3 });
  const types = new Set([...first, ...second].map(({ type }) => type));
  expect(types).toEqual(
    new Set(['reprise-events', 'run-started', 'span', 'step-started', 'step-output', 'step-ended', 'task-blocked', 'run-ended']),
  );
  expect(second).toContainEqual(expect.objectContaining({ type: 'step-started', decision: expect.objectContaining({ kind: 'hit' }) }));
});

function waiting(name: string, ...others: readonly string[]) {
  return { task: `packages/${name}#build`, label: `${name}#build`, waitsFor: others.map((other) => `packages/${other}#build`) };
}

test('the schema ships', () => {
  expect(JSON.parse(readFileSync(new URL('../../dist/events.schema.json', import.meta.url), 'utf8'))).toEqual(eventsJsonSchema());
});

test('the bytes of an output are all there, of a run as of a hit', async () => {
  const rig = await workspace();
  for (const _ of ['run', 'hit']) {
    await rig.run(words);
    const lines = linesOf(readFileSync(rig.path('../events.jsonl'), 'utf8'));
    const pieces = lines.filter(({ type, step }) => type === 'step-output' && (step as { label: string }).label === 'a#build');
    const bytes = pieces.map((piece) =>
      'text' in piece ? Buffer.from(String(piece['text'])) : Buffer.from(String(piece['base64']), 'base64'),
    );
    expect(Buffer.concat(bytes)).toEqual(Buffer.from('text\n\xff', 'latin1'));
  }
});

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

/** A run that a shell starts, with what it opens for it. */
function inShell(rig: Rig, redirections: string, descriptor: string) {
  const script = `"${process.execPath}" "${cli}" run --cache --events ${descriptor} a#build ${redirections}`;
  const env = { PATH: process.env['PATH'] ?? '', HOME: rig.home, TMPDIR: rig.temp };
  return spawnSync('bash', ['-c', script], { cwd: rig.root, env, encoding: 'utf8' });
}

test('a number is a descriptor that is open', async () => {
  const rig = await workspace();
  const { status } = inShell(rig, '7>../events.jsonl', '7');
  expect([status, linesOf(readFileSync(rig.path('../events.jsonl'), 'utf8')).at(-1)?.type]).toEqual([0, 'run-ended']);
});

test.each([
  ['4', '', 'it is not open for writing'],
  ['5', '', 'it is not open for writing'],
  ['99', '', 'it is not open for writing'],
  ['7', '7</dev/null', 'it is not open for writing'],
  ['/nowhere/events.jsonl', '', 'no such file or directory'],
  ['.', '', 'illegal operation on a directory'],
])('%s%s is told before anything runs: %s', async (target, redirections, why) => {
  const { status, stdout, stderr } = inShell(await workspace(), redirections, target);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`error[usage]: --events ${target} cannot be written: ${why}`);
});

test('a reader that leaves is a warning, and the run goes on', async () => {
  const { status, stderr, stdout } = inShell(await workspace(), '7> >(head -n 2 >/dev/null)', '7');
  expect([status, stderr]).toEqual([0, 'warning: events are no longer written: broken pipe\n']);
  expect(stdout).toContain('text');
});

test.each([[['--events', 'x']], [['--events', 'x', '--dry-run', 'build']]])('%j is wrong usage', async (args) => {
  const { exitCode, stderr } = await (await workspace()).run(['run', ...args]);
  expect([exitCode, stderr]).toEqual([2, 'error[usage]: --events goes with a task that is run\n']);
});
