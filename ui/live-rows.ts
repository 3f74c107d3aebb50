import { durationName, type ExpectedDurations } from '../src/report/expected-durations.ts';
import { startedSteps, type LiveState, type RunningStep } from './live-state.ts';
import { lastLines } from './output-tail.ts';

/** One row of a live view; what is too long for it is cut by whoever draws it. */
export type LiveRow =
  | {
      readonly kind: 'running';
      readonly label: string;
      readonly elapsedMs: number;
      /** How long it took the last time, if that is known. */
      readonly expectedMs: number | undefined;
      readonly lastLine: string;
      readonly isFocused: boolean;
    }
  /** Between the logs and what runs. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'more'; readonly count: number }
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'miss'; readonly label: string; readonly reason: string }
  | { readonly kind: 'waiting'; readonly label: string; readonly for: readonly string[] }
  | ({ readonly kind: 'progress' } & Progress);

export interface Progress extends Pick<LiveState, 'done' | 'steps' | 'hits' | 'misses' | 'failed' | 'savedMs'> {
  readonly leftMs: number | undefined;
  readonly isEnding: boolean;
}

export interface LiveMoment {
  readonly now: number;
  /** Of the screen: a view takes at most a third of it. */
  readonly screenRows: number;
  readonly expected: ExpectedDurations;
  /** The run was asked to end. */
  readonly isEnding: boolean;
}

/** The rows of a live view, most of it first: what runs, then as there is room the last misses and what waits, then the progress. */
export function liveRows(state: LiveState, moment: LiveMoment): LiveRow[] {
  const height = Math.max(1, Math.floor(moment.screenRows / 3));
  const gap: LiveRow[] = height < roomy ? [] : [{ kind: 'gap' }];
  return [...gap, ...rowsAbove(state, moment, height - gap.length - 1), { kind: 'progress', ...progressOf(state, moment) }];
}

const roomy = 6;

function rowsAbove(state: LiveState, moment: LiveMoment, room: number): LiveRow[] {
  const focused = state.running.find(({ step }) => step.owner === state.focus);
  if (state.isOpen && focused !== undefined && room > 0) {
    const lines = lastLines(focused.tail, room - 1);
    return [{ ...runningRow(focused, state, moment), lastLine: '' }, ...lines.map((text) => ({ kind: 'output', text }) as const)];
  }
  const running = runningRows(state, moment, room);
  const left = room - running.length;
  const misses = left > 0 ? state.recentMisses.slice(-left).map((miss) => ({ kind: 'miss', ...miss }) as const) : [];
  const waiting = waitingRows(state).slice(0, Math.max(0, left - misses.length));
  return [...running, ...misses, ...waiting];
}

/** Of more than there is room for, those around the focus. */
function runningRows(state: LiveState, moment: LiveMoment, room: number): LiveRow[] {
  const { running, focus } = state;
  if (running.length <= room) return running.map((step) => runningRow(step, state, moment));
  if (room < 2) return room < 1 ? [] : [{ kind: 'more', count: running.length }];
  const count = room - 1;
  const focused = running.findIndex(({ step }) => step.owner === focus);
  const first = Math.max(0, focused - count + 1);
  const shown = running.slice(first, first + count).map((step) => runningRow(step, state, moment));
  return [...shown, { kind: 'more', count: running.length - count }];
}

function runningRow(
  { step, startedAt, tail }: RunningStep,
  { focus }: LiveState,
  { now, expected }: LiveMoment,
): LiveRow & { kind: 'running' } {
  return {
    kind: 'running',
    label: step.label,
    elapsedMs: Math.max(0, now - startedAt),
    expectedMs: expected.get(durationName(step.label, step.index)),
    lastLine: lastLines(tail, 1)[0] ?? '',
    isFocused: step.owner === focus,
  };
}

/** Those that wait for what runs now; what waits for these in turn would tell nothing that helps. */
function waitingRows(state: LiveState): LiveRow[] {
  const { order, running } = state;
  const startedTasks = new Set([...startedSteps(state)].map(({ task }) => task));
  const labels = new Map(running.map(({ step }) => [step.task, step.label]));
  return order
    .filter(({ task }) => !startedTasks.has(task))
    .map(({ label, waitsFor }) => ({ kind: 'waiting', label, for: waitsFor.flatMap((id) => labels.get(id) ?? []) }) as const)
    .filter((row) => row.for.length > 0);
}

function progressOf(state: LiveState, moment: LiveMoment): Progress {
  const { done, steps, hits, misses, failed, savedMs } = state;
  return { done, steps, hits, misses, failed, savedMs, leftMs: timeLeft(state, moment), isEnding: moment.isEnding };
}

/** As if as many commands ran at once to the end as now. Not told where something runs of which nothing is known. */
function timeLeft(state: LiveState, { now, expected }: LiveMoment): number | undefined {
  const { running, order } = state;
  const left = running.map(({ step, startedAt }) => {
    const milliseconds = expected.get(durationName(step.label, step.index));
    return milliseconds === undefined ? undefined : Math.max(0, startedAt + milliseconds - now);
  });
  const known = left.filter((milliseconds) => milliseconds !== undefined);
  if (known.length === 0 || known.length < left.length) return undefined;
  const labels = new Set(order.map(({ label }) => label));
  const begun = new Set([...startedSteps(state)].map((step) => durationName(step.label, step.index)));
  const ahead = [...expected].filter(([name]) => !begun.has(name) && labels.has(name.slice(0, name.lastIndexOf(' '))));
  const total = [...known, ...ahead.map(([, milliseconds]) => milliseconds)].reduce((sum, milliseconds) => sum + milliseconds, 0);
  return Math.max(total / running.length, ...known);
}
