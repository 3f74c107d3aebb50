import type { ExpectedDurations } from '../src/report/expected-durations.ts';
import type { LiveArea } from './live-area.ts';
import { liveRows } from './live-rows.ts';
import type { LiveKey, LiveState } from './live-state.ts';
import { showLive, type LiveFrame } from './live.tsx';
import { widthOf } from './terminal.ts';

export interface SessionOptions {
  readonly area: LiveArea;
  readonly terminal: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly expected: ExpectedDurations;
  readonly state: () => LiveState;
  readonly onKey: (key: LiveKey) => void;
  readonly interrupt: () => void;
  readonly suspend: () => void;
  readonly isEnding: () => boolean;
}

/** Shows a live view and hears its keys until the returned function is called; then the terminal is as it was. */
export function openSession(options: SessionOptions): () => void {
  const { area, terminal, stdin } = options;
  const listeners = new Set<() => void>();
  let frame = frameOf(options);
  let askedAt = performance.now();
  let costMs = 0;
  const refresh = (): void => {
    askedAt = performance.now();
    frame = frameOf(options);
    for (const changed of listeners) changed();
  };
  let timer: NodeJS.Timeout | undefined;
  const keepGoing = (): void => {
    refresh();
    timer = setTimeout(keepGoing, Math.min(longest, Math.max(shortest, costMs * share))).unref();
  };
  area.open();
  // Reading ends so when the terminal is gone; the run hears of that by SIGHUP.
  stdin.on('error', ignore);
  const unmount = showLive({
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    frame: () => frame,
    draw: (lines) => {
      area.draw(lines);
      costMs = performance.now() - askedAt;
    },
    onKeys: (keys) => {
      press(keys, options);
      refresh();
    },
    onEnd: () => area.close(),
    stdin,
  });
  timer = setTimeout(keepGoing, shortest).unref();
  terminal.on('resize', refresh);
  return () => {
    clearTimeout(timer);
    terminal.off('resize', refresh);
    unmount();
    // Else the next bytes would be taken from whoever reads the terminal now. Node lets go of a stream that was read by `readable`
    // only once it has noticed that nobody listens to that any more, which is a tick later; nothing is read before then.
    process.nextTick(() => stdin.pause());
  };
}

function frameOf({ state, terminal, expected, isEnding }: SessionOptions): LiveFrame {
  const moment = { now: Date.now(), screenRows: terminal.rows || usualRows, expected, isEnding: isEnding() };
  return { rows: liveRows(state(), moment), columns: widthOf(terminal) - 1, spinner: Math.floor(moment.now / shortest) };
}

function press(keys: string, { onKey, interrupt, suspend }: SessionOptions): void {
  switch (keys) {
    case 'up':
    case 'down':
    case 'enter':
    case 'escape':
      return onKey(keys);
    case 'ctrl-c':
      return interrupt();
    case 'ctrl-z':
      // Not from within a key that is being handled.
      setImmediate(suspend);
      return;
    default:
      // Keys that came at once come as one text.
      for (const key of keys) if (key === 'q' || key === interruptByte) interrupt();
  }
}

function ignore(): void {}

/** Milliseconds from one frame to the next. */
const shortest = 100;
const longest = 400;
/** How many times as long as a frame took nothing is drawn: what runs has the machine, also a busy or a slow one. */
const share = 50;
const usualRows = 24;
const interruptByte = '\u0003';
