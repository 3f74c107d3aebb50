import type { AbsolutePath } from '../src/base/path.ts';
import type { StepOwner } from '../src/plan/planned.ts';
import type { ExpectedDurations } from '../src/report/expected-durations.ts';
import type { RunEvent } from '../src/report/event.ts';
import { HeldLog } from './held-log.ts';
import { JoinedWrites } from './joined-writes.ts';
import { LiveArea } from './live-area.ts';
import { afterEvent, afterKey, emptyLiveState, type LiveState } from './live-state.ts';
import type { Sink } from './page.ts';
import type { Reporter } from './reporter.ts';
import { StreamReporter, type LogMode, type StreamPage } from './stream.ts';

export interface LiveOptions extends StreamPage {
  readonly terminal: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly isTmux: boolean;
  /** The user asked for groups, also where one task runs alone. */
  readonly isGrouped: boolean;
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
 * Shows a run on a terminal. What it leaves there is what `StreamReporter` writes of steps that ran one after the other, in groups
 * where there are several tasks: each step is told when it ends, header, log and all. Below, once something has run for a while, is a live view of what
 * is going on; only then is Ink loaded.
 *
 *   waiting ──something runs, 150 ms──▶ loading ──▶ shown
 *      ▲                                              │ a command takes the terminal; Ctrl-Z
 *      └──────────────────────────────────────────────┘           (closed: from any of them)
 */
export class LiveReporter implements Reporter {
  readonly #options: LiveOptions;
  readonly #writes: JoinedWrites;
  readonly #area: LiveArea;
  #stream: StreamReporter;
  readonly #told = new Map<StepOwner, ToldStep>();
  #phase: Phase = { kind: 'waiting' };
  #state: LiveState = emptyLiveState;
  #root = '/' as AbsolutePath;
  #timer: NodeJS.Timeout | undefined;
  /** The step that has the terminal for itself. */
  #ownerOfTerminal: StepOwner | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#writes = new JoinedWrites(options);
    this.#area = new LiveArea(this.#writes.stdout, { isTmux: options.isTmux, hasColors: options.colors.stdout });
    this.#stream = this.#streamOf('grouped');
  }

  show(event: RunEvent): void {
    this.#state = afterEvent(this.#state, event);
    if (event.type === 'run-started') this.#begin(event);
    this.#writes.during(() => {
      this.#tell(event);
      this.#area.settle();
    });
    this.#showSoon();
  }

  close(text: string): void {
    this.release();
    this.#writes.during(() => this.#stream.close(text));
  }

  release(): void {
    this.#leave({ kind: 'closed' });
  }

  /** The logs of one task alone need no labels. */
  #begin({ root, tasks }: RunEvent & { type: 'run-started' }): void {
    this.#root = root as AbsolutePath;
    if (tasks === 1 && !this.#options.isGrouped) this.#stream = this.#streamOf('interleaved');
  }

  #streamOf(mode: LogMode): StreamReporter {
    const above = (sink: Sink): Sink => ({
      write: (chunk) => {
        this.#area.lift();
        sink.write(chunk);
      },
    });
    const { colors } = this.#options;
    const { stdout, stderr } = this.#writes;
    return new StreamReporter({ mode, tellsWhole: true, stdout: above(stdout), stderr: above(stderr), colors });
  }

  #tell(event: RunEvent): void {
    switch (event.type) {
      case 'step-started':
        if (event.ownsTerminal) return this.#handOver(event);
        this.#told.set(event.step.owner, { started: event, log: new HeldLog() });
        return;
      case 'step-output':
        return this.#told.get(event.step.owner)?.log.append(event.stream, event.bytes);
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
    this.#stream.show(told.started);
    const { step } = told.started;
    for (const { stream, bytes } of told.log.take()) this.#stream.show({ type: 'step-output', step, stream, bytes });
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
    const { openSession } = await import('./live-session.ts');
    if (this.#phase.kind !== 'loading') return;
    const { expected } = this.#options;
    const hide = openSession({
      ...this.#options,
      area: this.#area,
      expected: expected(this.#root),
      state: () => this.#state,
      onKey: (key) => (this.#state = afterKey(this.#state, key)),
      suspend: () => this.#suspend(),
    });
    this.#phase = { kind: 'shown', hide };
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
  readonly log: HeldLog;
}

const patience = 150;
const inBackground = 1000;
