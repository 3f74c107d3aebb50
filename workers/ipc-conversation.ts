import { namePatternMatcher, type NamePattern } from '../src/base/name-pattern.ts';
import { encodeText, ipcLimits, PROTOCOL_VERSION, type Answer, type Refusal, type Text } from '../src/execute/ipc/protocol.ts';
import { malformed, parseFrame, understand, type Frame } from './ipc-request.ts';
import type { ReportBook } from './ipc-reports.ts';

export interface ConversationContext {
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  readonly book: ReportBook;
}

/** One client, from its hello on: bytes in, answers out. After a refusal it hears nothing any more. */
export class Conversation {
  readonly #context: ConversationContext;
  readonly #answer: (answer: Answer) => void;
  /** What came of a line that has not ended yet. */
  #pieces: Buffer[] = [];
  #length = 0;
  #client: string | undefined;
  #isOver = false;

  constructor(context: ConversationContext, answer: (answer: Answer) => void) {
    this.#context = context;
    this.#answer = answer;
  }

  /** Takes what a read gave. `false`: the client was refused, and nothing more is taken. */
  take(chunk: Buffer): boolean {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0 && !this.#isOver; end = chunk.indexOf(NEWLINE, start)) {
      const line = this.#lineUpTo(chunk.subarray(start, end));
      start = end + 1;
      if (line.length >= ipcLimits.frameBytes) this.#refuse(tooLarge);
      else this.#hear(line);
    }
    if (!this.#isOver && start < chunk.length) this.#hold(chunk.subarray(start));
    return !this.#isOver;
  }

  /** The client is gone. Whoever was cut off within a line may have had more to say. */
  end(): void {
    if (this.#length > 0 && !this.#isOver) this.#context.book.taint(`${this.#name()} was cut off within a message`);
    this.#isOver = true;
  }

  /** Ends it from this side. */
  refuse(refusal: Refusal): void {
    this.#refuse(refusal);
  }

  #lineUpTo(last: Buffer): Buffer {
    if (this.#length === 0) return last;
    const line = Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  #hold(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length >= ipcLimits.frameBytes) this.#refuse(tooLarge);
  }

  #hear(line: Buffer): void {
    const frame = parseFrame(line);
    if (frame === undefined) return this.#refuse(malformed('not a JSON object'));
    if (this.#client === undefined) return this.#greet(frame);
    const said = understand(frame);
    if ('code' in said) return this.#refuse(said);
    if (!this.#context.book.add(said)) return this.#refuse(tooMany);
    if (said.type === 'getEnv') this.#answer({ type: 'env', value: this.#valueOf(said.name) });
    else if (said.type === 'getEnvs') this.#answer({ type: 'envs', values: this.#valuesOf(said.pattern) });
  }

  #greet(frame: Frame): void {
    if (frame['type'] !== 'hello') return this.#refuse(malformed('the first line has to be a hello'));
    if (frame['version'] !== PROTOCOL_VERSION) return this.#refuse(unknownVersion(frame['version']));
    if (frame['token'] !== this.#context.token) return this.#refuse(wrongToken);
    this.#client = typeof frame['client'] === 'string' ? frame['client'].slice(0, 100) : '';
  }

  #valueOf(name: string): Text | null {
    const { env } = this.#context;
    return Object.hasOwn(env, name) ? encodeText(env[name] ?? '') : null;
  }

  #valuesOf(pattern: NamePattern): [Text, Text][] {
    const { env } = this.#context;
    const names = Object.keys(env).filter(namePatternMatcher(pattern)).sort();
    return names.map((name) => [encodeText(name), encodeText(env[name] ?? '')]);
  }

  #refuse(refusal: Refusal): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pieces = [];
    this.#context.book.taint(`${this.#name()} was refused: ${refusal.message}`);
    this.#answer(refusal);
  }

  #name(): string {
    return this.#client ? `the client '${this.#client}'` : 'a client';
  }
}

const NEWLINE = 0x0a;

const tooLarge: Refusal = {
  type: 'error',
  code: 'too-large',
  message: `a message is larger than ${ipcLimits.frameBytes / 1024} KiB`,
};

const tooMany: Refusal = { type: 'error', code: 'too-many', message: 'more is reported than the runner takes' };

const wrongToken: Refusal = { type: 'error', code: 'wrong-token', message: 'the token is not that of this step' };

function unknownVersion(version: unknown): Refusal {
  const message = `version ${String(version).slice(0, 20)} of the protocol is unknown to this runner`;
  return { type: 'error', code: 'unknown-version', message, versions: [PROTOCOL_VERSION] };
}
