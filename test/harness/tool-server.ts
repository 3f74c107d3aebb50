import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import type { Text } from '../../src/execute/ipc/protocol.ts';

/** What a server does that is not as the runner's. */
export interface ServerBehaviour {
  /** What it answers from. */
  readonly env?: Readonly<Record<string, Text>>;
  /** A line in answer to each hello. */
  readonly refusal?: string;
  /** Lines, one for each question, in place of those made of `env`. */
  readonly answers?: readonly string[];
  /** How many questions it answers; at the next one it closes the connection. */
  readonly answered?: number;
  readonly isSilent?: boolean;
}

export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** `null`: a signal ended it. */
  readonly exitCode: number | null;
}

type Message = { readonly line: string } | { readonly closed: true } | { readonly isReady: true };

/** A server for tools, in a thread of its own, because its clients block. It ends with the test that calls this. */
export async function startToolServer(behaviour: ServerBehaviour = {}): Promise<ToolServer> {
  const directory = mkdtempSync(join(tmpdir(), 'reprise-tool-server-'));
  const endpoint = join(directory, 'socket');
  const worker = new Worker(new URL('tool-server.mjs', import.meta.url), { workerData: { env: {}, ...behaviour, endpoint } });
  onTestFinished(async () => {
    await worker.terminate();
    rmSync(directory, { recursive: true });
  });
  await once(worker, 'message');
  return new ToolServer(endpoint, worker);
}

export class ToolServer {
  readonly endpoint: string;
  /** What a step finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly worker: Worker;
  readonly #lines: string[] = [];
  readonly #news = new EventEmitter();
  #closed = 0;

  constructor(endpoint: string, worker: Worker) {
    this.endpoint = endpoint;
    this.worker = worker;
    const client = fileURLToPath(new URL('../../dist/node-client.cjs', import.meta.url));
    this.env = { REPRISE_IPC: endpoint, REPRISE_IPC_TOKEN: 'secret', VP_RUN_NODE_CLIENT_PATH: client };
    worker.on('message', (message: Message) => {
      if ('line' in message) this.#lines.push(message.line);
      if ('closed' in message) this.#closed++;
      this.#news.emit('news');
    });
  }

  /** The first lines that clients sent, hellos too, as soon as there are so many. */
  async lines(count: number): Promise<readonly string[]> {
    while (this.#lines.length < count) await once(this.#news, 'news');
    return this.#lines.slice(0, count);
  }

  /** What was sent until all of so many connections had ended; without the hellos. */
  async requests(connections = 1): Promise<readonly unknown[]> {
    while (this.#closed < connections) await once(this.#news, 'news');
    return this.#lines.map((line) => JSON.parse(line) as { readonly type: string }).filter(({ type }) => type !== 'hello');
  }

  /** Runs a program as a step would. */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ToolOutput> {
    return outputOf(program, args, { ...this.env, ...env });
  }
}

/** Of a program with an environment that holds nothing else but PATH. */
export async function outputOf(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<ToolOutput> {
  const child = spawn(program, args, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('latin1').on('data', (text: string) => (parts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (parts.stderr += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { ...parts, exitCode };
}
