import type { Digest } from '../../../src/base/digest.ts';
import type { WorkspacePath } from '../../../src/base/path.ts';
import type { NotStoredReason } from '../../../src/cache/not-stored.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import type { PlannedStep, StepOwner } from '../../../src/plan/planned.ts';
import type { Decision, EntryPlace, RunEvent, StepOutcome } from '../../../src/report/event.ts';

/** A planned step of `pkg#task`, whose package is in `packages/pkg`; of `#task`, in the root. */
export function sampleStep(label: string, command = 'node build.js', index = 0): PlannedStep {
  const [pkg = '', name = ''] = label.split('#');
  const cwd = (pkg === '' ? '' : `packages/${pkg}`) as WorkspacePath;
  const task = makeTaskId(cwd, name);
  return {
    task,
    label,
    index,
    owner: `${task} ${index} []` as StepOwner,
    command: { kind: 'program', words: [] },
    shown: command,
    cwd,
    envPrefix: [],
    caching: { kind: 'uncached', reason: 'task-configuration' },
  };
}

export const firstRun: Decision = { kind: 'miss', reasons: [{ code: 'first-run' }], more: 0 };
export const inputModified: Decision = {
  kind: 'miss',
  reasons: [
    { code: 'input-changed', path: path('packages/a/in.txt'), change: 'modified' },
    { code: 'env-changed', name: 'MODE', change: 'added' },
  ],
  more: 3,
};
export const hit: Decision = { kind: 'hit', savedMs: 67 };
export const uncached: Decision = { kind: 'uncached', reason: 'task-configuration' };

export const sampleEntry: EntryPlace = { key: '0123456789abcdef0123456789abcdef' as Digest, id: 'fedcba9876543210' };
export const restored: StepOutcome = { kind: 'restored', entry: sampleEntry, savedMs: 67, filesWritten: 2, filesRemoved: 1 };
export const executed: StepOutcome = exitedWith(0, { kind: 'stored', entry: sampleEntry, inputs: 4, outputs: 2, notes: [] });

export function exitedWith(code: number, stored: Extract<StepOutcome, { kind: 'executed' }>['stored'] = { kind: 'nothing' }): StepOutcome {
  return { kind: 'executed', exit: { kind: 'exited', code }, milliseconds: 120, stored };
}

export function killedBy(signal: string, number: number): StepOutcome {
  return { kind: 'executed', exit: { kind: 'signalled', signal, number }, milliseconds: 120, stored: { kind: 'nothing' } };
}

export function notStored(reason: NotStoredReason): StepOutcome {
  return exitedWith(0, { kind: 'not-stored', reason });
}

export function path(value: string): WorkspacePath {
  return value as WorkspacePath;
}

/** `waits`: labels. */
export function runStarted(tasks: number, steps = tasks, waits: Readonly<Record<string, readonly string[]>> = {}): RunEvent {
  const order = Object.entries(waits).map(([label, others]) => ({ task: idOf(label), label, waitsFor: others.map(idOf) }));
  return {
    type: 'run-started',
    at: Date.UTC(2026, 0, 2, 3, 4, 5),
    root: '/repo',
    tasks,
    steps,
    notes: [],
    packageCycles: [],
    order,
  };
}

export function started(step: PlannedStep, decision: Decision = firstRun): RunEvent {
  return { type: 'step-started', at: Date.UTC(2026, 0, 2, 3, 4, 6), step, decision };
}

export function printed(step: PlannedStep, output: string | Uint8Array, stream: 'stdout' | 'stderr' = 'stdout'): RunEvent {
  return { type: 'step-output', step, stream, bytes: Buffer.from(output as string) };
}

export function ended(step: PlannedStep, outcome: StepOutcome = executed): RunEvent {
  return { type: 'step-ended', at: Date.UTC(2026, 0, 2, 3, 4, 7), step, outcome };
}

/** The life of a step that prints `output`. */
export function ran(step: PlannedStep, decision: Decision, outcome: StepOutcome, output = ''): RunEvent[] {
  return [started(step, decision), printed(step, output), ended(step, outcome)];
}

export function blocked(label: string, by: string): RunEvent {
  return { type: 'task-blocked', task: sampleStep(label).task, label, by: sampleStep(by).task };
}

export function notStarted(label: string): RunEvent {
  return { type: 'task-not-started', task: sampleStep(label).task, label };
}

export function runEnded(exitCode = 0): RunEvent {
  return { type: 'run-ended', at: Date.UTC(2026, 0, 2, 3, 4, 8), exitCode };
}

function idOf(label: string): PlannedStep['task'] {
  return sampleStep(label).task;
}
