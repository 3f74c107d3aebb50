import type { AbsolutePath } from '../../base/path.ts';
import { FifoStock } from '../fifo-stock.ts';
import type { TraceHelper } from '../trace/tracer.ts';
import { LINES, openLines, type HelperLines } from './helper-lines.ts';
import type { HelperStart } from './protocol.ts';
import { SpawnerProcess, type HelperStarted } from './spawner-process.ts';

/**
 * Starts the trace helpers of a run. A process that starts others is copied for it, and the copy of a runner with all its
 * memory and threads takes 20 ms in which it does nothing else. So the runner starts one small process, and that starts
 * the others. When it is gone there is no second one: the runner starts helpers itself then.
 */
export class Spawner {
  readonly #helper: TraceHelper;
  readonly #stock: FifoStock;
  #process: SpawnerProcess | undefined;

  /** Nothing is started before it is needed. */
  constructor(helper: TraceHelper, temporary?: AbsolutePath) {
    this.#helper = helper;
    this.#stock = new FifoStock(async (batch) => (await this.#started()?.makeFifos(batch)) === true, temporary);
  }

  /** Starts ahead of the first request: the earlier, the smaller is what is copied. */
  warmUp(): void {
    if (this.#process === undefined && this.#started()) void this.#stock.fill();
  }

  /** For one helper; `undefined` where it has to be started otherwise. */
  async takeLines(): Promise<HelperLines | undefined> {
    return this.#started() && (await this.#stock.open(LINES, openLines));
  }

  async start(request: HelperStart): Promise<HelperStarted> {
    return (await this.#started()?.start(request)) ?? { kind: 'unknown' };
  }

  /** Ends it, and removes what is left of its FIFOs. Helpers that still run are left to themselves. */
  async close(): Promise<void> {
    await this.#process?.close();
    this.#stock.close();
  }

  #started(): SpawnerProcess | undefined {
    if (this.#helper.kind === 'unavailable') return undefined;
    this.#process ??= new SpawnerProcess(this.#helper.path);
    return this.#process.isGone ? undefined : this.#process;
  }
}
