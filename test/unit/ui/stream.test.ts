import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/report/event.ts';
import { StreamReporter, type LogMode } from '../../../ui/stream.ts';
import {
  blocked,
  ended,
  executed,
  exitedWith,
  firstRun,
  hit,
  inputModified,
  killedBy,
  notStarted,
  notStored,
  path,
  printed,
  ran,
  restored,
  runEnded,
  runStarted,
  sampleStep,
  started,
  uncached,
} from '../report/sample.ts';

const a = sampleStep('a#build');
const b = sampleStep('b#build', 'tsc');
const root = sampleStep('#lint', 'oxlint');

interface Shown {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Both in the order written, as one terminal has them. */
  readonly terminal: string;
}

function show(events: readonly RunEvent[], { mode = 'interleaved' as LogMode, colors = false, closing = '' } = {}): Shown {
  const all: { stream: 'stdout' | 'stderr'; bytes: Buffer }[] = [];
  const sink = (stream: 'stdout' | 'stderr') => ({
    write: (chunk: Uint8Array | string) => all.push({ stream, bytes: Buffer.from(chunk as string) }),
  });
  const reporter = new StreamReporter({ mode, stdout: sink('stdout'), stderr: sink('stderr'), colors: { stdout: colors, stderr: colors } });
  for (const event of events) reporter.show(event);
  reporter.close(closing);
  const of = (stream: string) => Buffer.concat(all.filter((write) => write.stream === stream).map((write) => write.bytes));
  return { stdout: of('stdout'), stderr: of('stderr'), terminal: Buffer.concat(all.map((write) => write.bytes)).toString() };
}

const twoAtOnce: readonly RunEvent[] = [
  runStarted(2),
  started(a),
  started(b),
  printed(a, 'one\ntw'),
  printed(b, 'uno\n'),
  printed(a, 'o\n'),
  printed(b, 'careful\n', 'stderr'),
  ended(b, exitedWith(2)),
  ended(a, notStored({ code: 'used-network', address: '1.2.3.4:443' })),
];

describe('interleaved', () => {
  test('tasks stand one below the other, each with its header, its decision and its output', () => {
    const { terminal } = show(
      [
        runStarted(4),
        ...ran(a, firstRun, executed, 'built\n'),
        ...ran(b, inputModified, executed, 'built\n'),
        ...ran(root, hit, restored, 'fine\n'),
        ...ran(sampleStep('c#dev'), uncached, exitedWith(0)),
        runEnded(),
      ],
      { closing: '---\nreprise run: done.' },
    );

    expect(terminal).toMatchInlineSnapshot(`
      "~/packages/a$ node build.js
      built

      ~/packages/b$ tsc ○ cache miss: 'packages/a/in.txt' modified, executing
      built

      $ oxlint ◉ cache hit, replaying
      fine

      ~/packages/c$ node build.js ⊘ cache disabled

      ---
      reprise run: done.
      "
    `);
  });

  test('task output stays on its own stream', () => {
    const { stdout, stderr } = show([started(a), printed(a, 'out\n'), printed(a, 'err\n', 'stderr'), ended(a)]);

    expect([stdout.toString(), stderr.toString()]).toEqual(['~/packages/a$ node build.js\nout\n', 'err\n']);
  });

  test('output without a last newline does not run into the next header, and is not changed where nothing follows', () => {
    const { stdout } = show([started(a), printed(a, 'no newline'), ended(a), started(b), printed(b, 'none either'), ended(b)]);

    expect(stdout.toString()).toBe('~/packages/a$ node build.js\nno newline\n\n~/packages/b$ tsc\nnone either');
  });

  test('colours that end below the last line leave no empty line', () => {
    const { terminal } = show([...ran(a, firstRun, executed, '\x1b[2mone\n\x1b[0m'), ...ran(b, firstRun, executed)], { colors: true });
    expect(terminal).toContain('one\n\x1b[0m\n\x1b[34m~/packages/b$');
  });

  test('an unfinished line on stderr does not run into what follows on stdout of the same terminal', () => {
    const { terminal } = show([started(a), printed(a, 'oops', 'stderr'), ended(a, exitedWith(1))]);

    expect(terminal).toBe('~/packages/a$ node build.js\noops\n✗ (exit code: 1)\n');
  });

  test('a closing line names its step only where the lines above are another’s', () => {
    expect(show(twoAtOnce).terminal).toMatchInlineSnapshot(`
      "~/packages/a$ node build.js

      ~/packages/b$ tsc
      one
      twuno
      o
      careful
      ✗ (exit code: 2)
      [a#build] → Not cached: used the network (1.2.3.4:443)
      "
    `);
  });
});

test('labeled mode puts the task before every line, and no line is cut by another task', () => {
  expect(show(twoAtOnce, { mode: 'labeled' }).terminal).toMatchInlineSnapshot(`
    "[a#build] ~/packages/a$ node build.js

    [b#build] ~/packages/b$ tsc
    [a#build] one
    [b#build] uno
    [a#build] two
    [b#build] careful
    [b#build] ✗ (exit code: 2)
    [a#build] → Not cached: used the network (1.2.3.4:443)
    "
  `);
});

test('grouped mode shows the header at once and the output as a block when the step ends', () => {
  expect(show(twoAtOnce, { mode: 'grouped' }).terminal).toMatchInlineSnapshot(`
    "[a#build] ~/packages/a$ node build.js

    [b#build] ~/packages/b$ tsc
    ── [b#build] ──
    uno
    careful
    ✗ (exit code: 2)

    ── [a#build] ──
    one
    two
    → Not cached: used the network (1.2.3.4:443)
    "
  `);
});

test('a step that prints nothing has no block', () => {
  expect(show([started(a), ended(a)], { mode: 'grouped' }).terminal).toBe('[a#build] ~/packages/a$ node build.js\n');
});

test.each(['interleaved', 'labeled', 'grouped'] as const)('bytes that are no text survive in %s mode', (mode) => {
  const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x0a]);

  const { stdout } = show([started(a), printed(a, bytes), ended(a)], { mode });

  expect(stdout.subarray(-4)).toEqual(bytes);
});

describe('colours', () => {
  const events = [started(a, hit), printed(a, '\x1b[3'), printed(a, '1mred\x1b[0m\n'), ended(a, restored)];

  test('are taken out of task output where the stream has none', () => {
    expect(show(events).stdout.toString()).toBe('~/packages/a$ node build.js ◉ cache hit, replaying\nred\n');
  });

  test('are left as they are where the stream has them', () => {
    expect(show(events, { colors: true }).stdout.toString()).toBe(
      '\x1b[34m~/packages/a$ node build.js\x1b[39m \x1b[32m◉\x1b[39m \x1b[90mcache hit, replaying\x1b[39m\n\x1b[31mred\x1b[0m\n',
    );
  });
});

describe('how a step ended', () => {
  test('a result that was not kept says why, and how to mend it', () => {
    const { stdout } = show([started(a), ended(a, notStored({ code: 'modified-input', path: path('packages/a/x.ts') }))]);

    expect(stdout.toString()).toMatchInlineSnapshot(`
      "~/packages/a$ node build.js
      → Not cached: modified its input 'packages/a/x.ts'
        hint: if the result does not depend on it: "input": [{ "auto": true }, { "pattern": "!packages/a/x.ts", "base": "workspace" }]
      "
    `);
  });

  test('a result given up later is told of its step', () => {
    const lost: RunEvent = { type: 'step-not-stored', step: a, reason: { code: 'output-lost', path: path('dist/x.js') } };

    expect(show([started(a), ended(a), started(b), ended(b), lost]).stdout.toString()).toMatchInlineSnapshot(`
      "~/packages/a$ node build.js

      ~/packages/b$ tsc
      [a#build] → Not cached: 'dist/x.js' changed after the command ended
      "
    `);
  });

  test('a signal is named', () => {
    expect(show(ran(a, firstRun, killedBy('SIGKILL', 9))).stdout.toString()).toBe(
      '~/packages/a$ node build.js\n✗ (exit code: 137, SIGKILL)\n',
    );
  });

  test('a program that is not found is a diagnostic on stderr', () => {
    const exit = { kind: 'not-started', code: 127, why: "program 'tcs' not found" } as const;

    const { stdout, stderr } = show(ran(a, firstRun, { kind: 'executed', exit, milliseconds: 0, stored: { kind: 'nothing' } }));

    expect(stderr.toString()).toBe("error[program-not-found]: program 'tcs' not found\n");
    expect(stdout.toString()).toBe('~/packages/a$ node build.js\n✗ (exit code: 127)\n');
  });

  test('blocked, cancelled and never started tasks are named', () => {
    const { terminal } = show([
      runStarted(6),
      started(a),
      started(b),
      ended(a, exitedWith(1)),
      ended(b, { kind: 'cancelled', exit: { kind: 'signalled', signal: 'SIGTERM', number: 15 } }),
      blocked('c#build', 'a#build'),
      blocked('d#build', 'a#build'),
      notStarted('e#build'),
      runEnded(1),
    ]);

    expect(terminal).toMatchInlineSnapshot(`
      "~/packages/a$ node build.js

      ~/packages/b$ tsc
      [a#build] ✗ (exit code: 1)
      [b#build] ⊘ cancelled (exit code: 143, SIGTERM)

      ⊘ blocked by a#build: c#build, d#build
      ⊘ not started: e#build
      "
    `);
  });
});

test('the first cache fault of a run is one warning on stderr', () => {
  const [first, second] = ['blob missing', 'index unreadable'].map((detail): RunEvent => ({ type: 'cache-fault', detail })) as [
    RunEvent,
    RunEvent,
  ];

  const { stdout, stderr } = show([first, started(a), second, ended(a, exitedWith(1))]);

  expect(stderr.toString()).toBe('warning: cache fault: blob missing\n');
  expect(stdout.toString()).toBe('~/packages/a$ node build.js\n✗ (exit code: 1)\n');
});
