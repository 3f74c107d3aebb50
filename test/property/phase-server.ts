import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Lets a phased task go on, after `onPhase` for the phase it announces. */
export class PhaseServer {
  onPhase: (phase: number) => void = () => {};
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(path: string): Promise<PhaseServer> {
    const server = createServer();
    const phases = new PhaseServer(server);
    server.on('connection', (socket) => phases.#serve(socket));
    server.listen(path);
    await once(server, 'listening');
    return phases;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    createInterface({ input: socket }).on('line', (line) => {
      this.onPhase(Number(line));
      socket.write('go\n');
    });
  }
}
