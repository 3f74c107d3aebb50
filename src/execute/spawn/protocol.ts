import { encodePath, type AbsolutePath } from '../../base/path.ts';
import type { Exit } from '../execution.ts';
import { signalled } from '../exit.ts';
import type { FifoBatch } from '../fifo-stock.ts';

/** What the spawner is asked for. `../trace/native/README.md` has the layout. */
export type SpawnRequest = ({ readonly kind: 'fifos' } & FifoBatch) | ({ readonly kind: 'start' } & HelperStart);

/** Texts are as `decodePath` gives them: bytes that are not UTF-8 arrive as they were. */
export interface HelperStart {
  readonly cwd: AbsolutePath;
  /** Of FIFOs: stdout, stderr, report, control. */
  readonly lines: readonly AbsolutePath[];
  /** The whole command line of the helper, its name included. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface SpawnAnswer {
  readonly id: number;
  readonly what: AnswerKind;
}

export type AnswerKind =
  | { readonly kind: 'made'; readonly errno: number }
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'refused'; readonly errno: number }
  /** The FIFOs could not be opened, so nothing was started. */
  | { readonly kind: 'no-lines'; readonly errno: number }
  /** A helper that was started has ended. */
  | { readonly kind: 'ended'; readonly exit: Exit };

/** Throws for a text with a NUL, which no program can be given. */
export function encodeRequest(id: number, request: SpawnRequest): Buffer {
  const [kind, count, texts] = partsOf(request);
  if (texts.some((text) => text.includes('\0'))) throw new TypeError('a command, its directory and its variables hold no NUL');
  const payload = encodePath(texts.map((text) => `${text}\0`).join(''));
  const head = Buffer.alloc(headSize);
  for (const [index, number] of [headSize + payload.length, id, kind, count].entries()) head.writeUInt32LE(number, index * 4);
  return Buffer.concat([head, payload]);
}

function partsOf(request: SpawnRequest): [kind: number, count: number, texts: readonly string[]] {
  if (request.kind === 'fifos') return [1, request.count, [request.directory, String(request.first)]];
  const { cwd, lines, args, env } = request;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [2, args.length, [cwd, ...lines, ...args, ...variables]];
}

/** Cuts what the spawner says into answers, in whatever pieces it arrives. An answer of no known kind is left out. */
export class SpawnAnswers {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): SpawnAnswer[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = bytes.length - (bytes.length % answerSize);
    this.#rest = bytes.subarray(end);
    const answers: SpawnAnswer[] = [];
    for (let at = 0; at < end; at += answerSize) {
      const what = parseAnswer(bytes.readUInt32LE(at + 4), bytes.readInt32LE(at + 8));
      if (what) answers.push({ id: bytes.readUInt32LE(at), what });
    }
    return answers;
  }
}

const headSize = 16;
const answerSize = 12;

function parseAnswer(kind: number, value: number): AnswerKind | undefined {
  switch (kind) {
    case 1:
      return { kind: 'made', errno: value };
    case 2:
      return { kind: 'started', pid: value };
    case 3:
      return { kind: 'refused', errno: value };
    case 4:
      return { kind: 'no-lines', errno: value };
    case 5:
      return { kind: 'ended', exit: { kind: 'exited', code: value } };
    case 6:
      return { kind: 'ended', exit: signalled(value) };
    default:
      return undefined;
  }
}
