import type { AbsolutePath } from '../src/base/path.ts';
import type { StepOwner } from '../src/plan/planned.ts';
import type { ExpectedDurations } from '../src/report/expected-durations.ts';
import type { RunEvent } from '../src/report/event.ts';
import { LiveArea } from './live-area.ts';
import { liveRows } from './live-rows.ts';
import { afterEvent, afterKey, emptyLiveState, type LiveState } from './live-state.ts';
import type { LiveFrame } from './live.tsx';
import { logLines } from './log-lines.ts';
import type { OutputFilter } from './output-filter.ts';
import type { Sink, StreamName } from './page.ts';
import type { Reporter } from './reporter.ts';
import { StreamReporter } from './stream.ts';
import { widthOf } from './terminal.ts';

export interface LiveOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly colors: Readonly<Record<StreamName, boolean>>;
  readonly terminal: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** Shows the view from the start, and not only once something has run for a while. */
  readonly startsAtOnce: boolean;
  /** Looked up when the view is shown. */
  readonly expected: (root: AbsolutePath) => ExpectedDurations;
  readonly mayUseTerminal: () => boolean;
  /** As the keys of the terminal would, were they not read here. */
  readonly interrupt: () => void;
  readonly suspend: () => void;
  readonly isEnding: () => boolean;
}

/**
 * Shows a run on a terminal. What it leaves there is what `StreamReporter` writes in grouped mode of steps that ran one after the
 * other: each step is told when it ends, header, log and all. Below, once something has run for a while, is a live view of what
 * is going on; only then is Ink loaded.
 *
 *   waiting ──something runs, 150 ms──▶ loading ──▶ shown
 *      ▲                                              │ a command takes the terminal; Ctrl-Z
 *      └──────────────────────────────────────────────┘           (closed: from any of them)
 */
export class LiveReporter implements Reporter {
  readonly #options: LiveOptions;
  readonly #area: LiveArea;
  readonly #stream: StreamReporter;
  readonly #told = new Map<StepOwner, ToldStep>();
  readonly #listeners = new Set<() => void>();
  #phase: Phase = { kind: 'waiting' };
  #state: LiveState = emptyLiveState;
  #frame: LiveFrame = { rows: [], columns: 80, spinner: 0 };
  #root = '/' as AbsolutePath;
  #timer: NodeJS.Timeout | undefined;
  /** The step that has the terminal for itself. */
  #ownerOfTerminal: StepOwner | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#area = new LiveArea(options.stdout);
    const above = (sink: Sink): Sink => ({
      write: (chunk) => {
        this.#area.lift();
        sink.write(chunk);
      },
    });
    this.#stream = new StreamReporter({ ...options, mode: 'grouped', stdout: above(options.stdout), stderr: above(options.stderr) });
  }

  show(event: RunEvent): void {
    this.#state = afterEvent(this.#state, event);
    if (event.type === 'run-started') this.#root = event.root as AbsolutePath;
    this.#tell(event);
    this.#area.settle();
    this.#showSoon();
  }

  close(text: string): void {
    this.release();
    this.#stream.close(text);
  }

  release(): void {
    this.#leave({ kind: 'closed' });
  }

  #tell(event: RunEvent): void {
    switch (event.type) {
      case 'step-started':
        if (event.ownsTerminal) return this.#handOver(event);
        this.#told.set(event.step.owner, { started: event, filters: { stdout: logLines(), stderr: logLines() }, output: [] });
        return;
      case 'step-output': {
        const told = this.#told.get(event.step.owner);
        if (told) told.output.push({ ...event, bytes: told.filters[event.stream].push(event.bytes) });
        return;
      }
      case 'step-ended':
        this.#ownerOfTerminal = undefined;
        this.#tellStep(event.step.owner);
        return this.#stream.show(event);
      case 'run-ended':
        for (const owner of this.#told.keys()) this.#tellStep(owner);
        return this.#stream.show(event);
      default:
        return this.#stream.show(event);
    }
  }

  /** Nothing else runs meanwhile. */
  #handOver(event: RunEvent & { type: 'step-started' }): void {
    this.#ownerOfTerminal = event.step.owner;
    this.#leave({ kind: 'waiting' });
    this.#stream.show(event);
  }

  #tellStep(owner: StepOwner): void {
    const told = this.#told.get(owner);
    if (told === undefined) return;
    this.#told.delete(owner);
    const { started, output, filters } = told;
    const { step } = started;
    const rests = (['stdout', 'stderr'] as const).map(
      (stream) => ({ type: 'step-output', step, stream, bytes: filters[stream].end() }) as const,
    );
    for (const event of [started, ...output, ...rests]) this.#stream.show(event);
  }

  /** Looks again when what runs longest may have run for long enough. */
  #showSoon(): void {
    const wait = this.#wait();
    if (this.#phase.kind !== 'waiting' || this.#timer !== undefined || wait === undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#wait() !== 0) return this.#showSoon();
      if (this.#options.mayUseTerminal()) void this.#load();
      else this.#timer = setTimeout(() => (this.#timer = undefined), inBackground).unref();
    }, wait).unref();
  }

  /** Milliseconds until the view is due, as far as is known. */
  #wait(): number | undefined {
    const [oldest] = this.#told.values();
    if (this.#options.startsAtOnce) return this.#ownerOfTerminal === undefined ? 0 : undefined;
    return oldest && Math.max(0, oldest.started.at + patience - Date.now());
  }

  async #load(): Promise<void> {
    this.#phase = { kind: 'loading' };
    const { showLive } = await import('./live.tsx');
    if (this.#phase.kind !== 'loading') return;
    const { terminal, stdin, expected } = this.#options;
    const durations = expected(this.#root);
    const refresh = (): void => this.#refresh(durations);
    refresh();
    this.#area.open();
    const unmount = showLive({
      subscribe: (changed) => {
        this.#listeners.add(changed);
        return () => this.#listeners.delete(changed);
      },
      frame: () => this.#frame,
      draw: (lines) => this.#area.draw(lines),
      onKeys: (keys) => this.#press(keys, refresh),
      onEnd: () => this.#area.close(),
      stdin,
    });
    const ticks = setInterval(refresh, tick).unref();
    terminal.on('resize', refresh);
    this.#phase = {
      kind: 'shown',
      hide: () => {
        clearInterval(ticks);
        terminal.off('resize', refresh);
        unmount();
        // Else the next bytes would be taken from whoever reads the terminal now.
        stdin.pause();
      },
    };
  }

  #refresh(expected: ExpectedDurations): void {
    const { terminal, isEnding } = this.#options;
    const moment = { now: Date.now(), screenRows: terminal.rows || 24, expected, isEnding: isEnding() };
    this.#frame = { rows: liveRows(this.#state, moment), columns: widthOf(terminal), spinner: this.#frame.spinner + 1 };
    for (const changed of this.#listeners) changed();
  }

  #press(keys: string, refresh: () => void): void {
    switch (keys) {
      case 'up':
      case 'down':
      case 'enter':
      case 'escape':
        this.#state = afterKey(this.#state, keys);
        break;
      case 'ctrl-z':
        // Not from within a key that is being handled.
        setImmediate(() => this.#suspend());
        return;
      case 'ctrl-c':
        this.#options.interrupt();
        break;
      default:
        // Keys that came at once come as one text.
        for (const key of keys) if (key === 'q' || key === interruptByte) this.#options.interrupt();
    }
    refresh();
  }

  #suspend(): void {
    if (this.#phase.kind !== 'shown') return;
    this.#leave({ kind: 'waiting' });
    this.#options.suspend();
    this.#showSoon();
  }

  #leave(next: Phase): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#phase.kind === 'closed') return;
    const { hide } = { hide: undefined, ...this.#phase };
    this.#phase = next;
    hide?.();
  }
}

type Phase =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown'; readonly hide: () => void }
  | { readonly kind: 'closed' };

/** A step that is told when it ends. */
interface ToldStep {
  readonly started: RunEvent & { readonly type: 'step-started' };
  readonly filters: Readonly<Record<StreamName, OutputFilter>>;
  readonly output: (RunEvent & { readonly type: 'step-output' })[];
}

const patience = 150;
const tick = 100;
const inBackground = 1000;
const interruptByte = '\u0003';
