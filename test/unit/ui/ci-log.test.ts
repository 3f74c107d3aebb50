import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/report/event.ts';
import { ciView } from '../../../ui/ci-log.ts';
import { ciServiceOf, type CiService } from '../../../ui/ci-service.ts';
import { StreamReporter, type LogMode } from '../../../ui/stream.ts';
import { ended, executed, exitedWith, firstRun, printed, ran, runEnded, runStarted, sampleStep, started } from '../report/sample.ts';

const a = sampleStep('a#build');
const b = sampleStep('b#build', 'tsc');

/** stdout of a run in the log of a service; nothing of it is on stderr. */
function logOf(service: CiService, events: readonly RunEvent[], { mode = 'grouped' as LogMode } = {}): string {
  const written: Buffer[] = [];
  const stdout = { write: (chunk: Uint8Array | string) => written.push(Buffer.from(chunk as string)) };
  const stderr = { write: (chunk: Uint8Array | string) => expect(String(chunk)).toBe('') };
  const ci = ciView({ service, locate: (path) => (path.startsWith('src/') ? `packages/b/${path}` : undefined) });
  const reporter = new StreamReporter({ mode, stdout, stderr, colors: { stdout: false, stderr: false }, ci });
  for (const event of events) reporter.show(event);
  reporter.close('---\nreprise run: done.');
  return Buffer.concat(written).toString().replaceAll('\x1b', '␛').replaceAll('\r', '␍');
}

const oneFails = [
  runStarted(2),
  started(a),
  started(b),
  printed(b, 'src/x.ts(3,14): error: 100% wrong\n', 'stderr'),
  ended(b, exitedWith(2)),
  printed(a, 'built\n'),
  ended(a, executed),
  runEnded(2),
];

test.each([
  [{ GITHUB_ACTIONS: 'true' }, 'github'],
  [{ GITLAB_CI: 'true' }, 'gitlab'],
  [{ TF_BUILD: 'True' }, 'azure'],
  [{ BUILDKITE: 'true' }, 'buildkite'],
  [{ TEAMCITY_VERSION: '2026.1' }, 'teamcity'],
  [{ CI: 'true' }, undefined],
  [{ GITHUB_ACTIONS: '', TEAMCITY_VERSION: '' }, undefined],
])('%o is %s', (env, service) => {
  expect(ciServiceOf(env)).toBe(service);
});

describe('what succeeded is folded, what failed is not, and stands once more at the end', () => {
  test('on GitHub', () => {
    expect(logOf('github', oneFails)).toMatchInlineSnapshot(`
      "[a#build] ~/packages/a$ node build.js

      [b#build] ~/packages/b$ tsc
      ── [b#build] ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)

      ::group::── [a#build] ──
      built
      ::endgroup::

      ── [b#build] failed ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)
      ::error file=packages/b/src/x.ts,line=3,col=14,title=b#build::src/x.ts(3,14): error: 100%25 wrong

      ---
      reprise run: done.
      "
    `);
  });
  test('on GitLab', () => {
    expect(logOf('gitlab', oneFails)).toMatchInlineSnapshot(`
      "[a#build] ~/packages/a$ node build.js

      [b#build] ~/packages/b$ tsc
      ␛[0Ksection_start:1767323046:reprise_1␍␛[0K── [b#build] ──
      src/x.ts(3,14): error: 100% wrong
      ␛[0Ksection_end:1767323047:reprise_1␍␛[0K
      ✗ (exit code: 2)

      ␛[0Ksection_start:1767323046:reprise_2[collapsed=true]␍␛[0K── [a#build] ──
      built
      ␛[0Ksection_end:1767323047:reprise_2␍␛[0K

      ␛[0Ksection_start:1767323046:reprise_3␍␛[0K── [b#build] failed ──
      src/x.ts(3,14): error: 100% wrong
      ␛[0Ksection_end:1767323047:reprise_3␍␛[0K
      ✗ (exit code: 2)

      ---
      reprise run: done.
      "
    `);
  });
  test('on Azure', () => {
    expect(logOf('azure', oneFails)).toMatchInlineSnapshot(`
      "[a#build] ~/packages/a$ node build.js

      [b#build] ~/packages/b$ tsc
      ── [b#build] ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)

      ##[group]── [a#build] ──
      built
      ##[endgroup]

      ── [b#build] failed ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)
      ##vso[task.logissue type=error;sourcepath=packages/b/src/x.ts;linenumber=3;columnnumber=14]b#build: src/x.ts(3,14): error: 100%AZP25 wrong

      ---
      reprise run: done.
      "
    `);
  });
  test('on Buildkite', () => {
    expect(logOf('buildkite', oneFails)).toMatchInlineSnapshot(`
      "[a#build] ~/packages/a$ node build.js

      [b#build] ~/packages/b$ tsc
      +++ ── [b#build] ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)

      --- ── [a#build] ──
      built

      +++ ── [b#build] failed ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)

      +++ reprise run
      ---
      reprise run: done.
      "
    `);
  });
  test('on TeamCity', () => {
    expect(logOf('teamcity', oneFails)).toMatchInlineSnapshot(`
      "[a#build] ~/packages/a$ node build.js

      [b#build] ~/packages/b$ tsc
      ── [b#build] ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)

      ##teamcity[blockOpened name='|0x2500|0x2500 |[a#build|] |0x2500|0x2500']
      built
      ##teamcity[blockClosed name='|0x2500|0x2500 |[a#build|] |0x2500|0x2500']

      ── [b#build] failed ──
      src/x.ts(3,14): error: 100% wrong
      ✗ (exit code: 2)

      ---
      reprise run: done.
      "
    `);
  });
});

test('a failure that is the last thing in sight is not repeated, and has its annotation', () => {
  const log = logOf('github', [runStarted(1), ...ran(b, firstRun, exitedWith(1), 'no place\n'), runEnded(1)]);
  expect(log.match(/no place/g)).toHaveLength(1);
  expect(log).toContain('\n::error title=b#build::~/packages/b$ tsc ✗ (exit code: 1)\n');
});

test('a failure without output is unfolded where the block before it would hide it', () => {
  const log = logOf('buildkite', [...ran(a, firstRun, executed, 'built\n'), started(b), ended(b, exitedWith(1)), runEnded(1)]);
  expect(log).toContain('\n^^^ +++\n✗ (exit code: 1)\n');
});

test('a step that annotates itself is not annotated, and its commands are not repeated', () => {
  const output = '::error file=src/x.ts::wrong\nsrc/x.ts:1:1 wrong\n';
  const log = logOf('github', [started(a), ...ran(b, firstRun, exitedWith(1), output), ended(a), started(a), runEnded(1)]);
  expect(log.match(/^::error/gm)).toHaveLength(1);
  expect(log).toContain('\n: :error file=src/x.ts::wrong\n');
});

test('there are at most ten annotations', () => {
  const output = Array.from({ length: 50 }, (_, index) => `src/x.ts:${index + 1}:1: wrong\n`).join('');
  expect(logOf('github', [...ran(b, firstRun, exitedWith(1), output), runEnded(1)]).match(/^::error file/gm)).toHaveLength(10);
});

test.each(['interleaved', 'grouped'] as const)('in %s mode nothing becomes a command that was none, and what is one stays one', (mode) => {
  const odd = sampleStep('a#build', 'x\n::add-mask::y\n##vso[task.complete]\n##teamcity[x]');
  const coloured = '\x1b[32m::add-mask::x\x1b[0m\n#\x1b[1m#vso[x]\n\x1b[32m+++ b/x\x1b[0m\n\x1b[32mgreen\x1b[0m\n::notice::mine\n';
  const log = logOf('github', [...ran(odd, firstRun, executed, coloured), runEnded()], { mode });
  expect(log.split('\n').filter((line) => /^\s*::(?!group|endgroup)|##\w*\[|^\+\+\+ /.test(line))).toEqual(['::notice::mine']);
  expect(log).toContain('\ngreen\n');
});
