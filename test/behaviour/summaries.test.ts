import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { runRecordSchema } from '../../src/report/run-record-schema.ts';
import type { Rig } from '../harness/rig.ts';
import { createTasks } from '../harness/tasks.ts';

const isRecord = new Ajv({ strict: false }).compile({ ...runRecordSchema() } as object);
const read = (rig: Rig, path: string) => readFileSync(rig.path(path), 'utf8');

/** What the page of a run is about. */
function pageData(html: string): { readonly tasks: readonly object[]; readonly lines: readonly string[] } {
  const [, json = ''] = /id="data">(.*)<\/script>\n<script/s.exec(html) ?? [];
  return JSON.parse(json) as ReturnType<typeof pageData>;
}

test('--summary build runs build and prints the report, without a word after it for a value', async () => {
  const { rig } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  const { stdout, exitCode } = await rig.run(['run', '--summary', 'build']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /\[1\] app#build: \$ cp a b ✓\n +→ Cache miss: no earlier run\n +→ Ran for \S+, stored with \d+ inputs and 1 output\n/,
  );
  expect(stdout).not.toContain('Inputs:');
});

test('with -vv it names inputs, outputs and variables', async () => {
  const { rig } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  const { stdout } = await rig.run(['run', '-vv', '--summary=text', 'build']);
  expect(stdout).toMatch(/Inputs:\n(.*\n)* +a\n(.*\n)* +Outputs:\n +b\n/);
});

test('--summary=json writes the record where reports are kept, and says where', async () => {
  const { rig } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  const { stdout, record } = await rig.run(['run', '--summary=json', 'build']);
  expect(stdout).toContain('---\nsummary: node_modules/.cache/reprise/summary.json\n');
  expect(JSON.parse(read(rig, 'node_modules/.cache/reprise/summary.json'))).toEqual(record);
});

test('records of runs of all kinds fit the schema that is shipped', async () => {
  const { rig, run } = await createTasks(
    {
      gen: { command: 'cp a b', env: ['MODE'] },
      say: 'echo said',
      own: { command: 'sh -c "echo x >> a"', dependsOn: ['gen'] },
      bad: 'sh -c "exit 3"',
      gone: 'no-such-program',
      after: { command: 'true', dependsOn: ['bad'] },
      all: { command: 'reprise run gen && true', dependsOn: ['gen', 'say', 'own', 'gone', 'after'] },
    },
    { a: 'A' },
  );
  await run('gen');
  const { record } = await rig.run(['run', '--continue', 'all']);
  expect(isRecord(record) || isRecord.errors).toBe(true);
  expect(record?.tasks.find(({ label }) => label === 'app#own')?.dependsOn).toEqual(['#gen']);
  expect(JSON.parse(readFileSync(new URL('../../dist/run-record.schema.json', import.meta.url), 'utf8'))).toEqual(runRecordSchema());
});

test('--summary=html:<file> writes a page that has what each step rested on and left', async () => {
  const { rig } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  const { stdout } = await rig.run(['run', '--summary=html:out/report.html', 'build']);
  expect(stdout).toContain('summary: out/report.html\n');
  const data = pageData(read(rig, 'out/report.html'));
  expect(data.tasks).toMatchObject([
    { label: 'app#build', outcome: 'miss', steps: [{ contents: [{ title: 'Inputs' }, { title: 'Outputs' }] }] },
  ]);
  expect(data.lines).toEqual(expect.arrayContaining(['a', 'b', 'b (missing)']));
});

test('--last-details --summary=html is the page of the last run', async () => {
  const { rig } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  await rig.run(['run', '--summary=html:now.html', 'build']);
  const { stdout } = await rig.run(['run', '--last-details', '--summary=html:later.html']);
  expect(stdout).toBe('summary: later.html\n');
  expect(read(rig, 'later.html')).toBe(read(rig, 'now.html'));
});

test('a summary that cannot be written is an error that leaves the exit code of a task that failed', async () => {
  const { rig } = await createTasks({ build: 'cp a b', bad: 'sh -c "exit 3"' }, { a: 'A' });
  const { stderr, exitCode } = await rig.run(['run', '--summary=json:a/x.json', 'build']);
  expect(stderr).toContain("error[summary-not-written]: the summary cannot be written to 'a/x.json'");
  expect(exitCode).toBe(1);
  expect((await rig.run(['run', '--summary=json:a/x.json', 'bad'])).exitCode).toBe(3);
});

test.each([
  [['--summary=pdf', 'build'], "'pdf' is no format of a summary"],
  [['--summary=html:', 'build'], '--summary=html: names no file after the colon'],
  [['--summary', '--dry-run', 'build'], '--summary goes with a run, or with --last-details'],
])('%j is wrong usage', async (words, message) => {
  const { rig } = await createTasks({ build: 'cp a b' }, { a: 'A' });
  const { stderr, exitCode } = await rig.run(['run', ...words]);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});
