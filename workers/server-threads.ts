import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Remote } from 'comlink';
import type { IpcServer, IpcServers, ServerRequest } from '../src/execute/ipc/ports.ts';
import type { Reports } from '../src/execute/ipc/reports.ts';
import type { IpcServerThread } from './ipc-server.worker.ts';

/**
 * The threads of the IPC servers. Starting one costs as much as running a small command, so a thread that has served its
 * step serves another; there are never more than steps that are executed at once.
 */
export class ServerThreads implements IpcServers {
  readonly #idle: ServerThread[] = [];
  readonly #all = new Set<ServerThread>();

  /** Starts a thread ahead of the step that will need it, unless one is free. */
  warmUp(): void {
    if (this.#idle.length === 0) this.#idle.push(this.#start());
  }

  take(): IpcServer {
    const thread = this.#idle.pop() ?? this.#start();
    return {
      listen: (request) => thread.listen(request),
      stop: () => thread.stop(),
      release: () => {
        if (thread.isFree) this.#idle.push(thread);
        else void thread.end();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.end()));
  }

  #start(): ServerThread {
    const thread: ServerThread = new ServerThread(() => this.#forget(thread));
    this.#all.add(thread);
    return thread;
  }

  #forget(thread: ServerThread): void {
    this.#all.delete(thread);
    const index = this.#idle.indexOf(thread);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}

/** A thread, and what is certain about it whatever happens in it: a call on it settles. */
class ServerThread {
  readonly #worker: Worker;
  readonly #remote: Promise<Remote<IpcServerThread>>;
  /** Rejects when the thread has died. Comlink leaves calls pending then. */
  readonly #death: Promise<never>;
  #state: 'free' | 'serving' | 'dead' = 'free';

  constructor(onDeath: () => void) {
    // What it answers from is given with each step, and flags of this process may not suit a file (`--input-type`). Besides, Node 20
    // aborts where it has to copy a name that is not UTF-8.
    this.#worker = new Worker(threadFile(), { env: {}, execArgv: [] });
    this.#remote = remoteOf(this.#worker);
    this.#death = new Promise((_resolve, reject) => {
      const die = (why: string) => {
        this.#state = 'dead';
        onDeath();
        reject(new Error(why));
      };
      this.#worker.once('error', (error) => die(`its thread died: ${error instanceof Error ? error.message : String(error)}`));
      this.#worker.once('exit', (code) => die(`its thread ended with code ${code}`));
    });
    // Nobody may be waiting for it.
    this.#death.catch(() => undefined);
  }

  get isFree(): boolean {
    return this.#state === 'free';
  }

  async listen(request: ServerRequest): Promise<void> {
    this.#state = this.#state === 'dead' ? 'dead' : 'serving';
    await Promise.race([this.#remote.then((remote) => remote.listen(request)), this.#death]);
  }

  async stop(): Promise<Reports> {
    const reports = await Promise.race([this.#remote.then((remote) => remote.stop()), this.#death]);
    if (this.#state === 'serving') this.#state = 'free';
    return reports;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A run that only hits needs none of it. */
async function remoteOf(worker: Worker): Promise<Remote<IpcServerThread>> {
  const [{ wrap }, { default: nodeEndpoint }] = await Promise.all([import('comlink'), import('comlink/dist/esm/node-adapter.mjs')]);
  return wrap<IpcServerThread>(nodeEndpoint(worker));
}

/** Beside this file: bundled next to it, or the bundle of a source that the test runner has loaded. */
function threadFile(): URL {
  const bundled = new URL('./ipc-server.worker.mjs', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('../dist/ipc-server.worker.mjs', import.meta.url);
}
