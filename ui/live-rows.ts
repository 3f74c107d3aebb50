import type { ExpectedDurations } from '../src/report/expected-durations.ts';
import type { TaskOrder } from '../src/plan/task-order.ts';
import { waitingTasks, type LiveState, type RunningStep } from './live-state.ts';

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
  const waiting = waitingTasks(state);
  const above = rowsAbove(state, waiting, moment, height - gap.length - 1);
  return [...gap, ...above, { kind: 'progress', ...progressOf(state, waiting, moment) }];
}

const roomy = 6;

function rowsAbove(state: LiveState, waiting: readonly TaskOrder[], moment: LiveMoment, room: number): LiveRow[] {
  const focused = state.running.find(({ step }) => step.owner === state.focus);
  if (state.isOpen && focused !== undefined && room > 0) {
    const lines = focused.tail.lastLines(room - 1);
    return [{ ...runningRow(focused, state, moment), lastLine: '' }, ...lines.map((text) => ({ kind: 'output', text }) as const)];
  }
  const running = runningRows(state, moment, room);
  const left = room - running.length;
  const misses = left > 0 ? state.recentMisses.slice(-left).map((miss) => ({ kind: 'miss', ...miss }) as const) : [];
  return [...running, ...misses, ...waitingRows(state, waiting, left - misses.length)];
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
    expectedMs: expected.get(step.label)?.[step.index],
    lastLine: tail.lastLines(1)[0] ?? '',
    isFocused: step.owner === focus,
  };
}

/** Those that wait for what runs now; what waits for these in turn would tell nothing that helps. */
function waitingRows({ running }: LiveState, waiting: readonly TaskOrder[], room: number): LiveRow[] {
  const labels = new Map(running.map(({ step }) => [step.task, step.label]));
  const rows: LiveRow[] = [];
  for (const { label, waitsFor } of waiting) {
    if (rows.length >= room) break;
    const others = waitsFor.flatMap((task) => labels.get(task) ?? []);
    if (others.length > 0) rows.push({ kind: 'waiting', label, for: others });
  }
  return rows;
}

function progressOf(state: LiveState, waiting: readonly TaskOrder[], moment: LiveMoment): Progress {
  const { done, steps, hits, misses, failed, savedMs } = state;
  return { done, steps, hits, misses, failed, savedMs, leftMs: timeLeft(state, waiting, moment), isEnding: moment.isEnding };
}

/** As if as many commands ran at once to the end as now. Not told where something runs of which nothing is known. */
function timeLeft({ running }: LiveState, waiting: readonly TaskOrder[], { now, expected }: LiveMoment): number | undefined {
  const left: number[] = [];
  let total = 0;
  for (const { step, startedAt } of running) {
    const [milliseconds, ...next] = expected.get(step.label)?.slice(step.index) ?? [];
    if (milliseconds === undefined) return undefined;
    left.push(Math.max(0, startedAt + milliseconds - now));
    total += sumOf(next);
  }
  if (left.length === 0) return undefined;
  for (const { label } of waiting) total += sumOf(expected.get(label) ?? []);
  return Math.max((total + sumOf(left)) / left.length, ...left);
}

function sumOf(durations: readonly (number | undefined)[]): number {
  return durations.reduce<number>((sum, milliseconds = 0) => sum + milliseconds, 0);
}
