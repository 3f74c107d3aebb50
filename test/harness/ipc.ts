import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AbsolutePath } from '../../src/base/path.ts';
import { Endpoints } from '../../src/execute/ipc/endpoints.ts';
import type { IpcServers } from '../../src/execute/ipc/ports.ts';
import { encodeFrame, ipcVariables, PROTOCOL_VERSION, type Answer, type Request } from '../../src/execute/ipc/protocol.ts';
import type { Reports } from '../../src/execute/ipc/reports.ts';
import { openSession, type IpcHost, type IpcSession } from '../../src/execute/ipc/session.ts';
import { ServerThreads } from '../../workers/server-threads.ts';

/** What sessions need, closed after the test. */
export function ipcHost(servers: IpcServers = new ServerThreads()): IpcHost {
  const directory = mkdtempSync(join(tmpdir(), 'reprise-ipc-'));
  const endpoints = new Endpoints([directory as AbsolutePath]);
  onTestFinished(async () => {
    await servers.close();
    endpoints.close();
    rmSync(directory, { recursive: true });
  });
  return { servers, endpoints, nodeClient: undefined };
}

export async function startSession(env: Readonly<Record<string, string>> = {}, host = ipcHost()): Promise<IpcSession> {
  return await openSession(host, env);
}

/** What was said in a session, which is ended by it. */
export async function reportsOf(session: IpcSession): Promise<Reports> {
  const reported = await session.end();
  if (reported.kind !== 'reported') throw new Error(`no reports: ${JSON.stringify(reported)}`);
  return reported.reports;
}

/** A client that can say anything, right or wrong. */
export class RawClient {
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;
  readonly closed: Promise<unknown>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // That the other side hangs up is told by `closed`.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    this.#answers = createInterface({ input: socket })[Symbol.asyncIterator]();
    onTestFinished(() => void socket.destroy());
  }

  static async connect({ env }: IpcSession): Promise<RawClient> {
    const socket = connect(env[ipcVariables.endpoint] ?? '');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Connected, and introduced. */
  static async greeted(session: IpcSession, hello: Readonly<Record<string, unknown>> = {}): Promise<RawClient> {
    const client = await RawClient.connect(session);
    client.write(`${JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, token: session.env[ipcVariables.token], ...hello })}\n`);
    return client;
  }

  get isClosed(): boolean {
    return this.#socket.closed;
  }

  write(bytes: string | Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  say(...requests: readonly Request[]): void {
    this.write(requests.map(encodeFrame).join(''));
  }

  async ask(request: Request): Promise<Answer | undefined> {
    this.say(request);
    return await this.answer();
  }

  /** `undefined`: the runner hung up. */
  async answer(): Promise<Answer | undefined> {
    const { done, value } = await this.#answers.next();
    return done === true ? undefined : (JSON.parse(value) as Answer);
  }

  /** Goes away when all has been sent. */
  end(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(() => resolve()));
  }

  /** Vanishes, with what has not been sent yet. */
  destroy(): void {
    this.#socket.destroy();
  }
}
