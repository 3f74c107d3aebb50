import { setMaxListeners } from 'node:events';

/** Why a run was cut short. The first reason stays. */
export type CancelReason = { readonly kind: 'signal'; readonly signal: NodeJS.Signals } | { readonly kind: 'task-failed' };

export type Unsubscribe = () => void;

/** Calls back once, unless the returned function is called before. */
export type Timer = (milliseconds: number, callback: () => void) => Unsubscribe;

export interface CancellationOptions {
  readonly graceMilliseconds?: number;
  readonly timer?: Timer;
}

/**
 * The end of a run before its time. Once it began, `signal` is aborted and nothing new may start.
 *
 *   running ──ask(signal)──▶ asked ──second ask, or 5 s──▶ killed
 *      └───────────────────kill(reason)──────────────────────▲
 *
 * It acts on no process itself: each running task listens. A listener that comes late is called at once, so that no
 * task can slip through between its start and its listening.
 */
export class Cancellation {
  readonly #controller = new AbortController();
  readonly #askListeners = new Set<(signal: NodeJS.Signals) => void>();
  readonly #killListeners = new Set<() => void>();
  readonly #graceMilliseconds: number;
  readonly #timer: Timer;
  #state: State = { kind: 'running' };

  constructor({ graceMilliseconds = 5000, timer = unreferencedTimer }: CancellationOptions = {}) {
    this.#graceMilliseconds = graceMilliseconds;
    this.#timer = timer;
    // One listener for each task that runs or waits is no leak.
    setMaxListeners(0, this.#controller.signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get reason(): CancelReason | undefined {
    return this.#state.kind === 'running' ? undefined : this.#state.reason;
  }

  /** The user, or the system, wants the run to end. The second time everything is killed. */
  ask(signal: NodeJS.Signals): void {
    const reason: CancelReason = { kind: 'signal', signal };
    if (this.#state.kind !== 'running') return this.kill(reason);
    const stopTimer = this.#timer(this.#graceMilliseconds, () => this.kill(reason));
    this.#state = { kind: 'asked', reason, signal, stopTimer };
    this.#controller.abort(reason);
    for (const listener of this.#askListeners) listener(signal);
  }

  /** Ends every running task now, without a chance to clean up. */
  kill(reason: CancelReason): void {
    if (this.#state.kind === 'killed') return;
    if (this.#state.kind === 'asked') this.#state.stopTimer();
    this.#state = { kind: 'killed', reason: this.reason ?? reason };
    this.#controller.abort(this.#state.reason);
    for (const listener of this.#killListeners) listener();
  }

  /** `listener` gets the signal to forward. */
  onAsk(listener: (signal: NodeJS.Signals) => void): Unsubscribe {
    this.#askListeners.add(listener);
    if (this.#state.kind === 'asked') listener(this.#state.signal);
    return () => this.#askListeners.delete(listener);
  }

  onKill(listener: () => void): Unsubscribe {
    this.#killListeners.add(listener);
    if (this.#state.kind === 'killed') listener();
    return () => this.#killListeners.delete(listener);
  }
}

type State =
  | { readonly kind: 'running' }
  | { readonly kind: 'asked'; readonly reason: CancelReason; readonly signal: NodeJS.Signals; readonly stopTimer: Unsubscribe }
  | { readonly kind: 'killed'; readonly reason: CancelReason };

/** Does not keep a runner alive whose tasks have all ended. */
function unreferencedTimer(milliseconds: number, callback: () => void): Unsubscribe {
  const timeout = setTimeout(callback, milliseconds).unref();
  return () => clearTimeout(timeout);
}
