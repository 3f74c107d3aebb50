import { expect, test } from 'vitest';
import type { AbsolutePath } from '../../../src/base/path.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import { renderFooter } from '../../../ui/summary.ts';
import { resultLines } from '../../../ui/step-report.ts';
import { exitedWith, firstRun, ran, runEnded, runStarted, sampleStep } from '../report/sample.ts';

const node = '/usr/bin/node' as AbsolutePath;

function recordWith(hidden: Readonly<Record<string, readonly string[]>>, exitCode = 0) {
  const outcome = exitedWith(exitCode);
  if (outcome.kind !== 'executed') throw new Error('it executed');
  const steps = Object.entries(hidden).flatMap(([label, names]) =>
    ran(sampleStep(label), firstRun, { ...outcome, hidden: names.map((name) => ({ name, program: node })) }),
  );
  return recordOf([runStarted(Object.keys(hidden).length), ...steps, runEnded()]);
}

const footer = (hidden: Readonly<Record<string, readonly string[]>>, exitCode = 0) =>
  renderFooter(recordWith(hidden, exitCode), { hasColors: false });

test('a variable that was not passed is named with its task, the program, and how to pass it', () => {
  expect(footer({ 'a#build': ['API_URL'] })).toMatchInlineSnapshot(`
    "---
    ! a#build: node asked for 'API_URL', which is set but not passed to it → "env": ["API_URL"], or "untrackedEnv" if the result does not depend on it"
  `);
});

test('a task that failed says so too', () => {
  expect(footer({ 'a#build': ['API_URL'] }, 1)).toContain("node asked for 'API_URL'");
});

test('a variable takes one line however many tasks ask for it, and all variables together take three', () => {
  expect(footer({ 'a#build': ['A', 'B'], 'b#build': ['A', 'C'], 'c#build': ['A', 'D'] })).toMatchInlineSnapshot(`
    "---
    reprise run: 0/3 cache hit (0%), 3/3 successful. (Run \`reprise run --last-details\` for full details)
    ! a#build and 2 more: node asked for 'A', which is set but not passed to it → "env": ["A"], or "untrackedEnv" if the result does not depend on it
    ! a#build: node asked for 'B', which is set but not passed to it → "env": ["B"], or "untrackedEnv" if the result does not depend on it
    ! 2 more variables were asked for (Run \`reprise run --last-details\` for all)"
  `);
});

test('the report of a step has a line for each', () => {
  const [task] = recordWith({ 'a#build': ['A', 'B\n'] }).tasks;
  expect(resultLines(task!.steps[0]!).slice(1)).toMatchInlineSnapshot(`
    [
      "→ node asked for 'A', which is set but not passed to it: "env": ["A"], or "untrackedEnv" if the result does not depend on it",
      "→ node asked for 'B\\x0a', which is set but not passed to it: "env": ["B\\\\x0a"], or "untrackedEnv" if the result does not depend on it",
    ]
  `);
});
