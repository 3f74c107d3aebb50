import { isUtf8 } from 'node:buffer';
import { unreachable } from '../base/diagnostic.ts';
import type { Exit } from '../execute/execution.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Decision, RunEvent, StepOutcome, Stored } from './event.ts';

/** The first line of what `--events` writes. Goes up with every change that a reader of an older stream could misread. */
export const eventsHeader = { type: 'reprise-events', version: 1 } as const;

type MissReason = Extract<Decision, { kind: 'miss' }>['reasons'][number];
type NotStoredReason = Extract<Stored, { kind: 'not-stored' }>['reason'];

/** Reasons as people read them. */
export interface Wording {
  readonly describeMiss: (reason: MissReason) => string;
  readonly describeNotStored: (reason: NotStoredReason) => string;
}

/** An event as plain JSON; `dist/events.schema.json` has its shape. `now`: when it happened, where it does not say itself. */
export function eventJson(event: RunEvent, now: number, wording: Wording): object {
  switch (event.type) {
    case 'step-started': {
      const { type, at, step, decision } = event;
      return { type, at, step: stepJson(step), command: step.shown, cwd: step.cwd, decision: decisionJson(decision, wording) };
    }
    case 'step-output':
      return { type: event.type, at: now, step: stepJson(event.step), stream: event.stream, ...outputJson(event.bytes) };
    case 'step-ended':
      return { type: event.type, at: event.at, step: stepJson(event.step), outcome: outcomeJson(event.outcome, wording) };
    case 'step-not-stored':
      return { type: event.type, at: now, step: stepJson(event.step), reason: reasonJson(event.reason, wording.describeNotStored) };
    case 'run-started': {
      const { type, at, root, tasks, steps, notes, packageCycles, order } = event;
      return { type, at, root, tasks, steps, notes, packageCycles, order };
    }
    case 'run-ended':
      return event;
    case 'task-blocked':
    case 'task-not-started':
    case 'cache-fault':
    case 'span': {
      const { type, ...rest } = event;
      return { type, at: now, ...rest };
    }
    default:
      return unreachable(event);
  }
}

/** `id` is the same in all events of one step, and of no other in the run at the same time. */
function stepJson({ owner, task, label, index }: PlannedStep): object {
  return { id: owner, task, label, index };
}

/** What is text stands as text. A piece that ends inside a character is none. */
function outputJson(bytes: Uint8Array): object {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? { text: buffer.toString('utf8') } : { base64: buffer.toString('base64') };
}

function decisionJson(decision: Decision, { describeMiss }: Wording): object {
  if (decision.kind !== 'miss') return decision;
  return { ...decision, reasons: decision.reasons.map((reason) => reasonJson(reason, describeMiss)) };
}

function outcomeJson(outcome: StepOutcome, wording: Wording): object {
  switch (outcome.kind) {
    case 'restored':
      return outcome;
    case 'executed':
      return { ...outcome, exitCode: exitCodeOf(outcome.exit), stored: storedJson(outcome.stored, wording) };
    case 'cancelled':
      return { kind: outcome.kind, ...(outcome.exit && { exit: outcome.exit }) };
    default:
      return unreachable(outcome);
  }
}

function exitCodeOf(exit: Exit): number {
  return exit.kind === 'signalled' ? 128 + exit.number : exit.code;
}

function storedJson(stored: Stored, { describeNotStored }: Wording): object {
  return stored.kind === 'not-stored' ? { kind: stored.kind, reason: reasonJson(stored.reason, describeNotStored) } : stored;
}

function reasonJson<Reason extends object>(reason: Reason, describe: (reason: Reason) => string): object {
  return { ...reason, message: describe(reason) };
}
