import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { runRecordVersion } from './run-record.ts';

/** The JSON schema of the record that each run leaves, and that `--summary=json` writes. */
export function runRecordSchema(): JsonSchema {
  return { title: 'Reprise run record', ...toJsonSchema(runRecord) };
}

const taskId = v.pipe(v.string(), v.description('`<directory of the package>#<name of the task>`'));
const label = v.pipe(v.string(), v.description('`package#task`, as people see it'));
const instant = v.pipe(v.number(), v.description('Milliseconds since the epoch'));
const milliseconds = v.number();
const texts = v.array(v.string());

/** Beside its code a reason has what it is about: a path, a name, a change. */
const reason = v.looseObject({ code: v.string() });

const entryPlace = v.object({ key: v.string(), id: v.string() });

const decision = v.variant('kind', [
  v.object({ kind: v.literal('hit'), savedMs: milliseconds }),
  v.object({
    kind: v.literal('miss'),
    reasons: v.pipe(v.array(reason), v.description('The smallest difference first')),
    more: v.pipe(v.number(), v.description('How many differences are not among the reasons')),
  }),
  v.object({
    kind: v.literal('uncached'),
    reason: v.picklist(['cache-off-for-run', 'scripts-not-cached', 'task-configuration', 'builtin', 'not-startable']),
  }),
]);

const exit = v.variant('kind', [
  v.object({ kind: v.literal('exited'), code: v.number() }),
  v.object({ kind: v.literal('signalled'), signal: v.string(), number: v.number() }),
  v.object({ kind: v.literal('not-started'), code: v.number(), why: v.string(), problem: v.exactOptional(v.string()) }),
]);

const stored = v.variant('kind', [
  v.object({ kind: v.literal('stored'), entry: entryPlace, inputs: v.number(), outputs: v.number(), notes: texts }),
  v.object({ kind: v.literal('not-stored'), reason }),
  v.pipe(v.object({ kind: v.literal('nothing') }), v.description('Uncached by design, restored, failed or cancelled')),
]);

export const traceLevel = v.pipe(
  v.variant('level', [
    v.object({
      level: v.literal('full'),
      unprivileged: v.exactOptional(v.pipe(texts, v.description('Programs that ran without their privileges because of the trace'))),
    }),
    v.object({ level: v.literal('none'), why: v.string() }),
  ]),
  v.description('How the command was watched'),
);

const step = v.object({
  label,
  index: v.number(),
  command: v.pipe(v.string(), v.description('As its header showed it')),
  cwd: v.pipe(v.string(), v.description('Relative to the workspace root, which is the empty text')),
  decision,
  outcome: v.picklist(['restored', 'executed', 'failed', 'cancelled']),
  exit: v.exactOptional(exit),
  exitCode: v.exactOptional(v.pipe(v.number(), v.description('128+n for signal n'))),
  startedAtMs: instant,
  endedAtMs: instant,
  milliseconds: v.pipe(milliseconds, v.description('How long the command ran; of a step that was not executed, how long it took')),
  stored,
  trace: v.exactOptional(traceLevel),
  env: v.exactOptional(v.pipe(texts, v.description('Names and patterns of variables that the task declares'))),
  hiddenEnv: v.exactOptional(
    v.pipe(
      v.array(v.object({ name: v.string(), program: v.string() })),
      v.description('Variables that are set for the runner, and that a program asked for without being given them'),
    ),
  ),
  restored: v.exactOptional(v.object({ entry: entryPlace, savedMs: milliseconds, filesWritten: v.number(), filesRemoved: v.number() })),
});

const task = v.object({
  id: taskId,
  label,
  outcome: v.picklist(['restored', 'executed', 'failed', 'cancelled', 'blocked', 'not-started']),
  dependsOn: v.exactOptional(v.pipe(v.array(taskId), v.description('Tasks of this record that it waited for'))),
  blockedBy: v.exactOptional(v.pipe(v.string(), v.description('Label of the task that failed'))),
  steps: v.pipe(v.array(step), v.description('Those that were started')),
});

const spanName = v.picklist(['queue', 'lookup', 'hash', 'spawn', 'run', 'digest', 'archive', 'stage', 'restore', 'publish']);
const thread = v.pipe(v.string(), v.description('`main`, or `pool <thread id>`'));

const totals = v.object({
  tasks: v.pipe(
    v.number(),
    v.description('Of the plan, as `steps`; `blocked` and `notStarted` count tasks, the others steps that were started'),
  ),
  steps: v.number(),
  hits: v.number(),
  misses: v.number(),
  uncached: v.number(),
  succeeded: v.number(),
  failed: v.number(),
  cancelled: v.number(),
  blocked: v.number(),
  notStarted: v.number(),
  stored: v.number(),
  notStored: v.number(),
  savedMs: milliseconds,
});

const runRecord = v.object({
  version: v.literal(runRecordVersion),
  startedAt: v.pipe(v.string(), v.description('ISO 8601 in UTC')),
  startedAtMs: instant,
  endedAt: v.string(),
  endedAtMs: instant,
  exitCode: v.number(),
  totals,
  tasks: v.pipe(v.array(task), v.description('In the order in which they were first heard of')),
  notes: texts,
  packageCycles: v.pipe(v.array(texts), v.description('Packages that depend on each other, by name')),
  cacheFaults: texts,
  neverHits: v.pipe(
    v.array(v.looseObject({ label, index: v.number(), command: v.string(), runs: v.number(), more: v.number() })),
    v.description('Steps that miss run after run for one cause, this run included'),
  ),
  spans: v.array(v.object({ name: spanName, step: label, on: thread, startedAt: instant, endedAt: instant })),
  spanTotals: v.array(v.object({ name: spanName, on: thread, count: v.number(), milliseconds })),
});
