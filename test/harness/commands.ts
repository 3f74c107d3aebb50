import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('driven-command.mjs', import.meta.url));

/** Fake commands that do what the test says when it says so: order and overlap are stated, never slept for. */
export class CommandServer {
  readonly #socketPath: string;
  readonly #server: Server;
  readonly #commands = new Map<string, DrivenCommand>();
  readonly #sockets = new Set<Socket>();

  private constructor(socketPath: string) {
    this.#socketPath = socketPath;
    this.#server = createServer((socket) => void this.#accept(socket));
  }

  static async listen(socketPath: string): Promise<CommandServer> {
    const server = new CommandServer(socketPath);
    server.#server.listen(socketPath);
    await once(server.#server, 'listening');
    return server;
  }

  command(name: string): DrivenCommand {
    const command = this.#commands.get(name) ?? new DrivenCommand([script, this.#socketPath, name]);
    this.#commands.set(name, command);
    return command;
  }

  /** Every driven command ends when its socket closes. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    const messages = createInterface({ input: socket });
    const [line] = (await once(messages, 'line')) as [string];
    const { started } = JSON.parse(line) as { started: StartedMessage };
    this.command(started.name).add(new Invocation(socket, messages, started));
  }
}

/** One fake command, which may be started many times. */
export class DrivenCommand {
  /** Arguments for `node`. */
  readonly args: readonly string[];
  readonly #invocations: Invocation[] = [];
  readonly #arrivals = new EventEmitter();
  #taken = 0;

  constructor(args: readonly string[]) {
    this.args = args;
  }

  /** The text to put into a script or a task. */
  get command(): string {
    return ['node', ...this.args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg))].join(' ');
  }

  /** How often it was started so far. */
  get count(): number {
    return this.#invocations.length;
  }

  /** The next invocation that was not asked for yet; waits for it. */
  async started(): Promise<Invocation> {
    const index = this.#taken++;
    for (;;) {
      const invocation = this.#invocations[index];
      if (invocation !== undefined) return invocation;
      await once(this.#arrivals, 'added');
    }
  }

  add(invocation: Invocation): void {
    this.#invocations.push(invocation);
    this.#arrivals.emit('added');
  }
}

interface StartedMessage {
  readonly name: string;
  readonly pid: number;
  readonly cwd: string;
  readonly args: readonly string[];
}

/** One start of a fake command. What it is told is done when the promise resolves. */
export class Invocation {
  readonly pid: number;
  readonly cwd: string;
  readonly args: readonly string[];
  /** The process is gone. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #answers: ((answer: unknown) => void)[] = [];
  readonly #signals = new EventEmitter();

  constructor(socket: Socket, messages: EventEmitter, { pid, cwd, args }: StartedMessage) {
    this.pid = pid;
    this.cwd = cwd;
    this.args = args;
    this.#socket = socket;
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
    messages.on('line', (line: string) => this.#receive(JSON.parse(line) as AnswerMessage));
  }

  async stdout(text: string | Uint8Array): Promise<void> {
    await this.#obey('print', { stream: 'stdout', base64: Buffer.from(text).toString('base64') });
  }

  async stderr(text: string | Uint8Array): Promise<void> {
    await this.#obey('print', { stream: 'stderr', base64: Buffer.from(text).toString('base64') });
  }

  /** All that its stdin holds. */
  async stdin(): Promise<string> {
    return String(await this.#obey('stdin', {}));
  }

  async env(name: string): Promise<string | undefined> {
    return ((await this.#obey('env', { name })) as string | null) ?? undefined;
  }

  async read(path: string): Promise<string> {
    return String(await this.#obey('read', { path }));
  }

  async exists(path: string): Promise<boolean> {
    return Boolean(await this.#obey('exists', { path }));
  }

  async list(path: string): Promise<readonly string[]> {
    return (await this.#obey('list', { path })) as string[];
  }

  async write(path: string, text: string): Promise<void> {
    await this.#obey('write', { path, text });
  }

  /** From now on it survives `signal`. Gives a function that waits until the signal has arrived. */
  async trap(signal: NodeJS.Signals): Promise<() => Promise<void>> {
    const heard = once(this.#signals, signal);
    await this.#obey('trap', { signal });
    return async () => void (await heard);
  }

  /** Starts another driven command as its child. */
  async spawn(name: string, { newSession = false, keepsOutput = false } = {}): Promise<void> {
    await this.#obey('spawn', { name, newSession, keepsOutput });
  }

  exit(code: number): void {
    void this.#obey('exit', { code });
  }

  #obey(order: string, details: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.#socket.write(`${JSON.stringify({ order, ...details })}\n`);
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  #receive(message: AnswerMessage): void {
    if ('heard' in message) this.#signals.emit(message.heard);
    else this.#answers.shift()?.(message.answer);
  }
}

type AnswerMessage = { readonly heard: NodeJS.Signals } | { readonly answer: unknown };
