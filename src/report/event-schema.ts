import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { eventsHeader } from './event-json.ts';
import { traceLevel } from './run-record-schema.ts';

/** The JSON schema of a line that `--events` writes. */
export function eventsJsonSchema(): JsonSchema {
  return { title: 'Reprise event', ...toJsonSchema(line) };
}

const milliseconds = v.pipe(v.number(), v.description('Since the epoch'));
const path = v.pipe(v.string(), v.description('Relative to the workspace root, which is the empty text'));
const taskId = v.pipe(v.string(), v.description('`<directory of the package>#<name of the task>`'));
const reason = v.looseObject({ code: v.string(), message: v.pipe(v.string(), v.description('As people read it')) });
const entry = v.object({ key: v.string(), id: v.string() });

const step = v.object({
  id: v.pipe(v.string(), v.description('The same in all events of the step')),
  task: taskId,
  label: v.pipe(v.string(), v.description('As people see the task: `package#task`')),
  index: v.pipe(v.number(), v.description('Which piece of `a && b` it is')),
});

const exit = v.variant('kind', [
  v.object({ kind: v.literal('exited'), code: v.number() }),
  v.object({ kind: v.literal('signalled'), signal: v.string(), number: v.number() }),
  v.object({ kind: v.literal('not-started'), code: v.number(), why: v.string(), problem: v.exactOptional(v.string()) }),
]);

const decision = v.variant('kind', [
  v.object({ kind: v.literal('hit'), savedMs: v.number() }),
  v.object({
    kind: v.literal('miss'),
    reasons: v.pipe(v.array(reason), v.description('The smallest difference first')),
    more: v.pipe(v.number(), v.description('How many reasons are left out')),
  }),
  v.object({ kind: v.literal('uncached'), reason: v.string() }),
]);

const stored = v.variant('kind', [
  v.object({ kind: v.literal('stored'), entry, inputs: v.number(), outputs: v.number(), notes: v.array(v.string()) }),
  v.object({ kind: v.literal('not-stored'), reason }),
  v.pipe(v.object({ kind: v.literal('nothing') }), v.description('Uncached by design, or failed: there is nothing to store')),
]);

const hiddenVariables = v.pipe(
  v.array(v.object({ name: v.string(), program: v.string() })),
  v.description('Variables that are set for the runner, and that a program asked for without being given them'),
);

const outcome = v.variant('kind', [
  v.object({ kind: v.literal('restored'), entry, savedMs: v.number(), filesWritten: v.number(), filesRemoved: v.number() }),
  v.object({
    kind: v.literal('executed'),
    exit,
    exitCode: v.number(),
    milliseconds: v.number(),
    stored,
    hidden: v.exactOptional(hiddenVariables),
    trace: v.exactOptional(traceLevel),
  }),
  v.object({ kind: v.literal('cancelled'), exit: v.exactOptional(exit) }),
]);

const output = { type: v.literal('step-output'), at: milliseconds, step, stream: v.picklist(['stdout', 'stderr']) };
const span = v.object({ name: v.string(), step: v.string(), on: v.string(), startedAt: milliseconds, endedAt: milliseconds });

const line = v.union([
  v.pipe(v.object({ type: v.literal(eventsHeader.type), version: v.literal(eventsHeader.version) }), v.description('The first line')),
  v.object({
    type: v.literal('run-started'),
    at: milliseconds,
    root: v.string(),
    tasks: v.number(),
    steps: v.number(),
    notes: v.array(v.string()),
    packageCycles: v.array(v.array(v.string())),
    order: v.pipe(
      v.array(v.object({ task: taskId, label: v.string(), waitsFor: v.array(taskId) })),
      v.description('Each task of the run once, and what it waits for; those that only run others are bridged over'),
    ),
  }),
  v.object({ type: v.literal('step-started'), at: milliseconds, step, command: v.string(), cwd: path, decision }),
  v.pipe(v.object({ ...output, text: v.string() }), v.description('A piece of output that is UTF-8')),
  v.pipe(v.object({ ...output, base64: v.string() }), v.description('One that is not, or ends inside a character')),
  v.object({ type: v.literal('step-ended'), at: milliseconds, step, outcome }),
  v.pipe(
    v.object({ type: v.literal('step-not-stored'), at: milliseconds, step, reason }),
    v.description('A result that was stored, or about to be, is not kept after all'),
  ),
  v.object({ type: v.literal('task-blocked'), at: milliseconds, task: taskId, label: v.string(), by: taskId }),
  v.object({ type: v.literal('task-not-started'), at: milliseconds, task: taskId, label: v.string() }),
  v.object({ type: v.literal('cache-fault'), at: milliseconds, detail: v.string() }),
  v.object({ type: v.literal('span'), at: milliseconds, span }),
  v.object({ type: v.literal('run-ended'), at: milliseconds, exitCode: v.number() }),
]);
