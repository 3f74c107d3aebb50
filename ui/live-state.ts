import { describeMiss } from '../src/cache/miss-reason.ts';
import type { TaskId } from '../src/graph/task.ts';
import type { PlannedStep, StepOwner } from '../src/plan/planned.ts';
import type { TaskOrder } from '../src/plan/task-order.ts';
import type { RunEvent, StepOutcome } from '../src/report/event.ts';
import { OutputTail } from './output-tail.ts';

/** What a live view shows of a run, as far as events and keys decide it. */
export interface LiveState {
  /** Steps of the plan, and those of them that have ended. */
  readonly steps: number;
  readonly done: number;
  readonly hits: number;
  readonly misses: number;
  readonly failed: number;
  /** What hits would have taken. */
  readonly savedMs: number;
  /** In the order in which they started. */
  readonly running: readonly RunningStep[];
  /** The last ones, the newest last. */
  readonly recentMisses: readonly { readonly label: string; readonly reason: string }[];
  readonly order: readonly TaskOrder[];
  /** What was started, the last one first; it may have ended since. */
  readonly started: Started | undefined;
  readonly focus: StepOwner | undefined;
  /** Whether the output of the focused step is shown. */
  readonly isOpen: boolean;
}

/** A list, for it grows by every step of a run, and copies would take the square of their number. */
interface Started {
  readonly step: PlannedStep;
  readonly before: Started | undefined;
}

export interface RunningStep {
  readonly step: PlannedStep;
  readonly startedAt: number;
  readonly tail: OutputTail;
}

export type LiveKey = 'up' | 'down' | 'enter' | 'escape';

export const emptyLiveState: LiveState = {
  steps: 0,
  done: 0,
  hits: 0,
  misses: 0,
  failed: 0,
  savedMs: 0,
  running: [],
  recentMisses: [],
  order: [],
  started: undefined,
  focus: undefined,
  isOpen: false,
};

/** The state after an event. Output goes to the tail of its step, which stays the same: there may be a lot of it. */
export function afterEvent(state: LiveState, event: RunEvent): LiveState {
  switch (event.type) {
    case 'run-started':
      return { ...state, steps: event.steps, order: event.order };
    case 'step-started':
      return started(state, event);
    case 'step-output':
      state.running.find(({ step }) => step.owner === event.step.owner)?.tail.append(event.bytes);
      return state;
    case 'step-ended':
      return ended(state, event.step, event.outcome);
    default:
      return state;
  }
}

/** The state after a key. */
export function afterKey(state: LiveState, key: LiveKey): LiveState {
  switch (key) {
    case 'up':
    case 'down':
      return { ...state, focus: neighbour(state, key === 'up' ? -1 : 1) };
    case 'enter':
      return state.focus === undefined ? state : { ...state, isOpen: !state.isOpen };
    case 'escape':
      return state.isOpen ? { ...state, isOpen: false } : { ...state, focus: undefined };
  }
}

function started(before: LiveState, { step, decision, at }: RunEvent & { type: 'step-started' }): LiveState {
  const state = {
    ...before,
    running: [...before.running, { step, startedAt: at, tail: new OutputTail() }],
    started: { step, before: before.started },
  };
  if (decision.kind !== 'miss') return { ...state, hits: state.hits + (decision.kind === 'hit' ? 1 : 0) };
  const [reason] = decision.reasons;
  // A first run has no reason to tell.
  const told = reason === undefined || reason.code === 'first-run' ? [] : [{ label: step.label, reason: describeMiss(reason) }];
  return { ...state, misses: state.misses + 1, recentMisses: [...state.recentMisses, ...told].slice(-3) };
}

/** Tasks of which nothing was started yet. */
export function waitingTasks({ order, started }: LiveState): TaskOrder[] {
  const begun = new Set<TaskId>();
  for (let at = started; at !== undefined; at = at.before) begun.add(at.step.task);
  return order.filter(({ task }) => !begun.has(task));
}

function ended(state: LiveState, { owner }: PlannedStep, outcome: StepOutcome): LiveState {
  const hasFailed = outcome.kind === 'executed' && !(outcome.exit.kind === 'exited' && outcome.exit.code === 0);
  const isFocused = state.focus === owner;
  return {
    ...state,
    done: state.done + 1,
    failed: state.failed + (hasFailed ? 1 : 0),
    savedMs: state.savedMs + (outcome.kind === 'restored' ? outcome.savedMs : 0),
    running: state.running.filter(({ step }) => step.owner !== owner),
    ...(isFocused && { focus: undefined, isOpen: false }),
  };
}

/** From nowhere, down leads to the first and up to the last. */
function neighbour({ running, focus }: LiveState, by: 1 | -1): StepOwner | undefined {
  const index = running.findIndex(({ step }) => step.owner === focus);
  const next = index < 0 ? (by === 1 ? 0 : running.length - 1) : Math.min(running.length - 1, Math.max(0, index + by));
  return running[next]?.step.owner;
}
