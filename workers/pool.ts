import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { MessageChannel, SHARE_ENV } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { Digest, HashedFile } from '../src/base/digest.ts';
import type { AbsolutePath } from '../src/base/path.ts';
import type {
  ArchiveAnswer,
  ArchiveRequest,
  Archiving,
  BlobPool,
  HashPool,
  ReadAnswer,
  StageAnswer,
  StageRequest,
} from '../src/cache/ports.ts';
import type { Timed } from './timing.ts';

/** What a thread of the pool worked on, and when. */
export interface PoolWork {
  readonly name: 'hash' | 'archive' | 'stage';
  readonly step: string;
  readonly thread: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * The threads that hash, archive and unpack. They start with the first request and end with `close`; a run that has
 * little to hash and nothing to restore never starts one.
 */
export class WorkerPool implements HashPool, BlobPool {
  #piscina: Promise<Piscina> | undefined;
  #stagedFiles = 0;
  #stagedBytes = 0;
  readonly #onWork: (work: PoolWork) => void;

  constructor(onWork: (work: PoolWork) => void) {
    this.#onWork = onWork;
  }

  /** Starts the threads ahead of their first request, while something else is waited for. */
  warmUp(): void {
    this.#piscina ??= startPiscina();
  }

  async hash(paths: readonly AbsolutePath[]): Promise<readonly HashedFile[]> {
    const batches: AbsolutePath[][] = [];
    for (let start = 0; start < paths.length; start += BATCH) batches.push(paths.slice(start, start + BATCH));
    const answers = await Promise.all(batches.map((batch) => this.#run<readonly HashedFile[]>('hash', '', 'hash', batch)));
    return answers.flat();
  }

  archive(request: ArchiveRequest): Archiving {
    const { port1, port2 } = new MessageChannel();
    const taken = new Promise<void>((resolve) => port1.once('message', () => resolve()).once('close', resolve));
    const done = this.#run<ArchiveAnswer>('archive', request.step, 'archive', { request, taken: port2 }, [port2]).catch(asFault);
    void done.then(() => port1.close());
    return { taken, done };
  }

  stage(request: StageRequest): Promise<StageAnswer> {
    if (this.#mayStageHere(request)) return this.#stageHere(request);
    return this.#run<StageAnswer>('stage', request.step, 'stage', request).catch((error: unknown) => ({
      ...asFault(error),
      piece: undefined,
    }));
  }

  read(request: { blobs: AbsolutePath; blob: Digest }): Promise<ReadAnswer> {
    return this.#run<ReadAnswer>('stage', '', 'read', request).catch(asFault);
  }

  async close(): Promise<void> {
    const piscina = await this.#piscina;
    await piscina?.destroy();
  }

  /** Threads take as long to start as it takes to unpack some hundred files: those of a small restore are unpacked here. */
  #mayStageHere({ pieces }: StageRequest): boolean {
    this.#stagedBytes += pieces.reduce((sum, { place }) => sum + place.length, 0);
    this.#stagedFiles += pieces.length;
    if (this.#stagedFiles > STAGED_HERE.files / 2) this.warmUp();
    return this.#stagedFiles <= STAGED_HERE.files && this.#stagedBytes <= STAGED_HERE.bytes;
  }

  async #stageHere(request: StageRequest): Promise<StageAnswer> {
    const { stage } = await import('./blob.worker.ts');
    const { answer, startedAt, endedAt } = await stage(request);
    this.#onWork({ name: 'stage', step: request.step, thread: 0, startedAt, endedAt });
    return answer;
  }

  async #run<Answer>(
    span: PoolWork['name'],
    step: string,
    name: string,
    request: unknown,
    transferList: MessagePort[] = [],
  ): Promise<Answer> {
    const piscina = await (this.#piscina ??= startPiscina());
    const filename = workerFile(name === 'hash' ? 'hash.worker' : 'blob.worker');
    const { answer, thread, startedAt, endedAt }: Timed<Answer> = await piscina.run(request, { name, filename, transferList });
    this.#onWork({ name: span, step, thread, startedAt, endedAt });
    return answer;
  }
}

type MessagePort = InstanceType<typeof MessageChannel>['port1'];

/** How much a run may unpack without threads. */
const STAGED_HERE = { files: 400, bytes: 8 * 1024 * 1024 };

/** Files a message: enough to hide its cost, few enough to keep every thread busy. */
const BATCH = 256;

async function startPiscina(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    minThreads: 1,
    maxThreads: Math.max(1, availableParallelism()),
    idleTimeout: 60_000,
    // Between tasks a thread must keep serving its event loop, which waiting on atomics would block.
    atomics: 'disabled',
    // Node crashes where it copies an environment with a name that is not UTF-8.
    env: SHARE_ENV,
  });
}

/** Beside this file: bundled next to it, or the source itself, which the test runner's threads cannot load by themselves. */
function workerFile(name: string): string {
  const bundled = new URL(`./${name}.mjs`, import.meta.url);
  return (existsSync(bundled) ? bundled : new URL(`../dist/${name}.mjs`, import.meta.url)).href;
}

/** The disk and the thread are the cache's trouble; a bug of ours is not. */
function asFault(error: unknown): { kind: 'fault'; detail: string } {
  if (error instanceof TypeError || error instanceof ReferenceError || !(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { kind: 'fault', detail: `the cache could not be written: ${code ?? error.message}` };
}
