/** Something to write on: a terminal, a pipe, a file. */
export interface Sink {
  write(chunk: Uint8Array | string): unknown;
}

export type StreamName = 'stdout' | 'stderr';

/**
 * stdout and stderr as one page. Task output passes byte for byte; a line of ours always starts at the start of a line,
 * also where a task ended without a newline.
 */
export class Page {
  readonly #sinks: Readonly<Record<StreamName, Sink>>;
  readonly #edit: (text: string) => string;
  /** Whose unfinished line a stream ends with. */
  readonly #unfinished: Record<StreamName, string | undefined> = { stdout: undefined, stderr: undefined };
  #isEmpty = true;
  #lastSpeaker: string | undefined;

  /** `edit`: what is done to lines of ours that are no marks. */
  constructor(sinks: Readonly<Record<StreamName, Sink>>, edit: (text: string) => string = (text) => text) {
    this.#sinks = sinks;
    this.#edit = edit;
  }

  /** Who wrote last: a line of somebody else in between, and it must be said whom the next one is about. */
  get lastSpeaker(): string | undefined {
    return this.#lastSpeaker;
  }

  pass(speaker: string, stream: StreamName, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#finishAbandoned();
    this.#sinks[stream].write(bytes);
    const last = lastSeen(bytes);
    if (last !== undefined) this.#unfinished[stream] = last === newline ? undefined : speaker;
    this.#spoke(speaker);
  }

  /** No more output of this speaker comes: a line that it left unfinished is ended before anything else is written. */
  leave(speaker: string): void {
    for (const stream of streams) if (this.#unfinished[stream] === speaker) this.#unfinished[stream] = abandoned;
  }

  /** A line of ours, or several; `speaker` is whom it is about. One on stderr is no part of what stdout tells. */
  line(text: string, { speaker, stream = 'stdout', isMark = false }: LineOptions = {}): void {
    this.#finishAbandoned();
    this.#finish(stream);
    this.#sinks[stream].write(`${isMark ? text : this.#edit(text)}\n`);
    if (stream === 'stdout') this.#spoke(speaker);
  }

  /** An empty line on stdout, unless nothing stands above it. */
  gap(): void {
    if (!this.#isEmpty) this.line('');
  }

  /** Both streams may be one terminal, so an abandoned line on either would run into what comes next on the other. */
  #finishAbandoned(): void {
    for (const stream of streams) if (this.#unfinished[stream] === abandoned) this.#finish(stream);
  }

  #finish(stream: StreamName): void {
    if (this.#unfinished[stream] !== undefined) this.#sinks[stream].write('\n');
    this.#unfinished[stream] = undefined;
  }

  #spoke(speaker: string | undefined): void {
    this.#isEmpty = false;
    this.#lastSpeaker = speaker;
  }
}

/** The last byte that is not of a colour code: many a tool ends its colours below its last line. */
function lastSeen(bytes: Uint8Array): number | undefined {
  if (bytes.at(-1) !== endOfColor) return bytes.at(-1);
  const end = Buffer.from(bytes.subarray(-longestEnd)).toString('latin1');
  const seen = end.replace(colorsAtEnd, '');
  return seen === '' ? undefined : seen.charCodeAt(seen.length - 1);
}

interface LineOptions {
  readonly speaker?: string;
  readonly stream?: StreamName;
  /** For the reader's program, not for people. */
  readonly isMark?: boolean;
}

const streams = ['stdout', 'stderr'] as const;
const newline = 0x0a;
const endOfColor = 0x6d;
const longestEnd = 64;
// oxlint-disable-next-line no-control-regex
const colorsAtEnd = /(?:\x1b\[[\d;:]*m)+$/;
/** Stands for a speaker that will not finish its line. */
const abandoned = '';
