import { createServer, type Server, type Socket } from 'node:net';
import { encodeFrame, ipcLimits, type Answer } from '../src/execute/ipc/protocol.ts';
import type { ServerRequest } from '../src/execute/ipc/ports.ts';
import type { Reports } from '../src/execute/ipc/reports.ts';
import { Conversation } from './ipc-conversation.ts';
import { ReportBook } from './ipc-reports.ts';

/** The server of one step: it listens until it is stopped, and has no state but what its clients say. */
export class StepServer {
  readonly #book = new ReportBook();
  readonly #clients = new Set<Socket>();
  readonly #server: Server;
  readonly #request: ServerRequest;
  /** Bytes that came, to see when no more come. */
  #received = 0;

  private constructor(request: ServerRequest) {
    this.#request = request;
    this.#server = createServer((client) => this.#welcome(client));
  }

  /** Resolves when clients can connect; rejects with what the system says. */
  static listen(request: ServerRequest): Promise<StepServer> {
    const one = new StepServer(request);
    return new Promise((resolve, reject) => {
      one.#server.once('error', reject);
      one.#server.listen({ path: request.endpoint, backlog: ipcLimits.clients }, () => {
        one.#server.off('error', reject);
        one.#server.on('error', (error) => one.#book.taint(`clients could not be let in: ${error.message}`));
        resolve(one);
      });
    });
  }

  /** Takes what was sent until now, lets nobody in any more, and tells what was said. */
  async stop(): Promise<Reports> {
    // A turn of the event loop lets in who waits at the door: a socket tells that it can be accepted from until all are.
    await turn();
    await turn();
    this.#server.close();
    await this.#drain();
    this.close();
    return this.#book.reports();
  }

  /** At once. */
  close(): void {
    if (this.#server.listening) this.#server.close();
    for (const client of this.#clients) client.destroy();
  }

  /** Processes that are gone have an end in their stream; of those that live on, what has come until now counts. */
  async #drain(): Promise<void> {
    const deadline = performance.now() + DRAIN_MS;
    for (let quietTurns = 0; this.#clients.size > 0 && quietTurns < 2;) {
      const before = this.#received;
      await turn();
      quietTurns = this.#received === before ? quietTurns + 1 : 0;
      if (performance.now() < deadline) continue;
      this.#book.taint('a client went on sending after the command had ended');
      return;
    }
  }

  #welcome(client: Socket): void {
    this.#clients.add(client);
    const answer = (frame: Answer) => this.#send(client, frame, conversation);
    const conversation: Conversation = new Conversation({ ...this.#request, book: this.#book }, answer);
    client.on('data', (chunk) => {
      this.#received += chunk.length;
      if (!conversation.take(chunk)) client.destroySoon();
    });
    client.on('end', () => conversation.end());
    // A client that goes away without having read everything resets the connection; what it sent was read before.
    client.on('error', () => conversation.end());
    client.on('close', () => {
      conversation.end();
      this.#clients.delete(client);
    });
    if (this.#clients.size > ipcLimits.clients) {
      conversation.refuse({ type: 'error', code: 'too-many', message: `more than ${ipcLimits.clients} clients at once` });
      client.destroySoon();
    }
  }

  #send(client: Socket, frame: Answer, conversation: Conversation): void {
    if (client.destroyed || client.write(encodeFrame(frame))) return;
    if (client.writableLength <= ipcLimits.unreadBytes && this.#unread() <= MOST_UNREAD_BYTES) return;
    conversation.refuse({ type: 'error', code: 'too-many', message: 'it does not read its answers' });
    client.destroy();
  }

  #unread(): number {
    return [...this.#clients].reduce((sum, { writableLength }) => sum + writableLength, 0);
  }
}

/** For all clients together. */
const MOST_UNREAD_BYTES = 8 * ipcLimits.unreadBytes;

const DRAIN_MS = 1000;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
