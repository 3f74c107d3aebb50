import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Remote } from 'comlink';
import type { IpcServer, IpcServers } from '../src/execute/ipc/ports.ts';
import type { IpcServerThread } from './ipc-server.worker.ts';

/**
 * The threads of the IPC servers. Starting one costs as much as running a small command, so a thread that has served its
 * step serves another. Each step has one of its own, but where more are executed at once than a machine has use for: those share.
 */
export class ServerThreads implements IpcServers {
  readonly #all = new Set<ServerThread>();

  /** Starts a thread ahead of the step that will need it, unless one is free. */
  warmUp(): void {
    if (this.#usable().every(({ load }) => load > 0)) this.#startOneMore();
  }

  take(): IpcServer {
    const free = this.#usable().find(({ load }) => load === 0) ?? this.#startOneMore();
    return (free ?? this.#leastLoaded()).serve();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.end()));
  }

  #usable(): ServerThread[] {
    return [...this.#all].filter(({ isSound }) => isSound);
  }

  #leastLoaded(): ServerThread {
    const [first, ...others] = this.#usable();
    return first === undefined ? this.#start() : others.reduce((least, one) => (one.load < least.load ? one : least), first);
  }

  #startOneMore(): ServerThread | undefined {
    return this.#usable().length < MOST_THREADS ? this.#start() : undefined;
  }

  #start(): ServerThread {
    const thread: ServerThread = new ServerThread(() => this.#all.delete(thread));
    this.#all.add(thread);
    return thread;
  }
}

/** Each costs 10 MB and a tenth of a second of work; what they have to do is little. */
const MOST_THREADS = 8;

/** A thread, and what is certain about it whatever happens in it: a call on it settles. */
class ServerThread {
  readonly #worker: Worker;
  readonly #remote: Promise<Remote<IpcServerThread>>;
  /** Rejects when the thread has died. Comlink leaves calls pending then. */
  readonly #death: Promise<never>;
  #isSound = true;
  #load = 0;

  constructor(onDeath: () => void) {
    // What it answers from is given with each step, and flags of this process may not suit a file (`--input-type`). Besides, Node 20
    // aborts where it has to copy a name that is not UTF-8.
    this.#worker = new Worker(threadFile(), { env: {}, execArgv: [] });
    this.#remote = remoteOf(this.#worker);
    this.#death = new Promise((_resolve, reject) => {
      const die = (why: string) => {
        this.#isSound = false;
        onDeath();
        reject(new Error(why));
      };
      this.#worker.once('error', (error) => die(`its thread died: ${error instanceof Error ? error.message : String(error)}`));
      this.#worker.once('exit', (code) => die(`its thread ended with code ${code}`));
    });
    // Nobody may be waiting for it.
    this.#death.catch(() => undefined);
  }

  /** Whether it lives, and has answered whatever it was asked. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** How many steps it serves. */
  get load(): number {
    return this.#load;
  }

  serve(): IpcServer {
    let state: 'idle' | 'asked' | 'listening' | 'released' = 'idle';
    let endpoint = '';
    this.#load++;
    const asking = async <Answer>(answer: Promise<Answer>, then: 'listening' | 'idle'): Promise<Answer> => {
      state = 'asked';
      let after: typeof then = 'idle';
      try {
        const value = await Promise.race([answer, this.#death]);
        after = then;
        return value;
      } finally {
        if (state === 'asked') state = after;
      }
    };
    return {
      listen: (request) => {
        ({ endpoint } = request);
        return asking(
          this.#remote.then((remote) => remote.listen(request)),
          'listening',
        );
      },
      stop: () =>
        asking(
          this.#remote.then((remote) => remote.stop(endpoint)),
          'idle',
        ),
      release: () => {
        if (state === 'released') return;
        if (state === 'listening') void this.#remote.then((remote) => remote.drop(endpoint)).catch(() => undefined);
        this.#isSound &&= state !== 'asked';
        state = 'released';
        this.#load--;
        // Others that it serves may still be heard.
        if (!this.#isSound && this.#load === 0) void this.end();
      },
    };
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
