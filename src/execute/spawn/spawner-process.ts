import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Exit } from '../execution.ts';
import { unlessRefused, type FifoBatch } from '../fifo-stock.ts';
import { encodeRequest, SpawnAnswers, type AnswerKind, type HelperStart, type SpawnRequest } from './protocol.ts';

/** What became of the request to start a helper. */
export type HelperStarted =
  /** Its end is `undefined` when nobody is left to tell it. */
  | { readonly kind: 'started'; readonly pid: number; readonly ended: Promise<Exit | undefined> }
  | { readonly kind: 'refused' | 'no-lines'; readonly errno: number }
  /** The spawner is gone, and nobody knows whether it has done it. */
  | { readonly kind: 'unknown' };

/** `undefined`: no answer will come any more. */
type Take = (answer: AnswerKind | undefined) => void;

/**
 * The spawner as seen from the runner. Whatever is asked of it is answered in time, by its death at the latest. It keeps the
 * runner alive only while an answer is due, and ends when the runner ends in whatever way.
 */
export class SpawnerProcess {
  /** Resolves when it is dead; at once when it could not be started. */
  readonly gone: Promise<void>;
  readonly pid: number | undefined;
  readonly #patience: number;
  #streams: { readonly requests: Socket; readonly answers: Socket } | undefined;
  #nextId = 1;
  readonly #due = new Map<number, Take>();
  readonly #kill: () => void;

  constructor(helper: string, patience = PATIENCE_MS) {
    const child = startSpawner(helper);
    this.#patience = patience;
    this.#kill = () => void child?.kill('SIGKILL');
    this.pid = child?.pid;
    this.#streams = child && { requests: child.stdin as Socket, answers: child.stdout as Socket };
    this.gone = this.#streams === undefined ? Promise.resolve() : this.#listen(this.#streams).then(() => this.#die());
  }

  get isGone(): boolean {
    return this.#streams === undefined;
  }

  makeFifos(batch: FifoBatch): Promise<boolean> {
    return new Promise((resolve) => {
      this.#ask({ kind: 'fifos', ...batch }, (answer) => resolve(answer?.kind === 'made' && answer.errno === 0));
    });
  }

  /** Rejects for a text with a NUL. */
  start(request: HelperStart): Promise<HelperStarted> {
    return new Promise((resolve) => {
      const id = this.#ask({ kind: 'start', ...request }, (answer) => {
        if (answer?.kind === 'started') resolve({ ...answer, ended: this.#endOf(id) });
        else if (answer?.kind === 'refused' || answer?.kind === 'no-lines') resolve(answer);
        else resolve({ kind: 'unknown' });
      });
    });
  }

  /** Resolves when it is gone. Helpers that still run are left to themselves. */
  async close(): Promise<void> {
    this.#streams?.answers.ref();
    this.#streams?.requests.end();
    await this.gone;
  }

  #ask(request: SpawnRequest, take: Take): number {
    const id = this.#nextId++;
    const bytes = encodeRequest(id, request);
    if (this.#streams === undefined) {
      take(undefined);
      return id;
    }
    // Somebody may have stopped it; its death is an answer.
    const late = setTimeout(this.#kill, this.#patience);
    this.#expect(id, (answer) => {
      clearTimeout(late);
      take(answer);
    });
    this.#streams.requests.write(bytes);
    return id;
  }

  /** Expected from when the start is told: both may arrive together. */
  #endOf(id: number): Promise<Exit | undefined> {
    return new Promise((resolve) => this.#expect(id, (answer) => resolve(answer?.kind === 'ended' ? answer.exit : undefined)));
  }

  #expect(id: number, take: Take): void {
    this.#due.set(id, take);
    this.#streams?.answers.ref();
  }

  #listen({ requests, answers }: { readonly requests: Socket; readonly answers: Socket }): Promise<void> {
    const parser = new SpawnAnswers();
    answers.on('data', (chunk: Buffer) => {
      for (const { id, what } of parser.push(chunk)) this.#take(id, what);
      if (this.#due.size === 0) answers.unref();
    });
    // What cannot be written or read any more is over anyway: the spawner is gone.
    answers.on('error', () => {}).unref();
    requests.on('error', () => {}).unref();
    return new Promise((resolve) => answers.once('close', resolve));
  }

  #take(id: number, answer: AnswerKind): void {
    const take = this.#due.get(id);
    this.#due.delete(id);
    take?.(answer);
  }

  #die(): void {
    this.#streams?.requests.destroy();
    this.#streams = undefined;
    const left = [...this.#due.values()];
    this.#due.clear();
    for (const take of left) take(undefined);
  }
}

/** It answers at once, but on a machine that is busy. */
const PATIENCE_MS = 10_000;

/** `undefined` when the system refuses. */
function startSpawner(helper: string) {
  // In a directory that nobody wants to remove.
  const start = () => spawn(helper, ['--spawn-on-request'], { cwd: '/', env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
  const child = unlessRefused(start);
  child?.on('error', () => {}).unref();
  if (child?.pid !== undefined) return child;
  // Where descriptors ran out, it never had any streams.
  const streams: ChildProcess['stdio'] | undefined = child?.stdio;
  for (const stream of streams ?? []) stream?.destroy();
  return undefined;
}
