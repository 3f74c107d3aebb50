import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { isInside, toWorkspacePath, type AbsolutePath } from '../../src/base/path.ts';
import { decodeTrace } from '../../src/execute/trace/decode.ts';
import type { RawEvent, RawTrace } from '../../src/execute/trace/raw-trace.ts';
import { ReportFrames, type Frame } from '../../src/execute/trace/report-frames.ts';
import { findTraceHelper } from '../../src/execute/trace/tracer.ts';

export interface TracedOptions {
  readonly root: AbsolutePath;
  /** Where the command runs, if not in the root. */
  readonly cwd?: AbsolutePath;
  readonly env?: Readonly<Record<string, string>>;
  /** As `--variables` has them. */
  readonly variables?: Buffer;
  readonly traced?: boolean;
  /** What comes before the helper on its command line, such as `setpriv` with its arguments. */
  readonly privileges?: readonly string[];
}

export interface Report {
  readonly frames: readonly Frame[];
  readonly trace: RawTrace;
  readonly output: string;
  readonly exitCode: number | null;
}

/** The trace helper with one command, spoken to as the runner does. It and its tree are killed when the test ends first. */
export class TracedRun {
  readonly helper: ChildProcess;
  readonly ended: Promise<Report>;
  readonly #frames: Frame[] = [];
  readonly #arrivals = new EventEmitter();
  #output = '';

  constructor(command: readonly string[], { root, cwd = root, env, variables, traced = true, privileges = [] }: TracedOptions) {
    const more = variables === undefined ? [] : ['--variables', String(variables.length)];
    const options = [...(traced ? ['--trace'] : []), '--group', ...more, '--root', root, '--report-fd', '3', '--control-fd', '4'];
    const line = [...privileges, helperPath(), ...options, '--', command[0] ?? '', ...command];
    this.helper = spawn(line[0] ?? '', line.slice(1), {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'],
    });
    const frames = new ReportFrames();
    this.#stream(3).on('data', (chunk: Buffer) => this.#take(frames.push(chunk)));
    this.helper.stdout?.on('data', (chunk: Buffer) => this.#say(chunk));
    this.ended = this.#end();
    // A helper that was ended breaks the pipe.
    this.#control.on('error', () => {});
    onTestFinished(() => void this.#control.destroy());
    if (variables !== undefined) this.#control.write(variables);
  }

  /** Waits for the first frame of this kind. */
  async frame<Kind extends Frame['kind']>(kind: Kind): Promise<Extract<Frame, { kind: Kind }>> {
    for (;;) {
      const found = this.#frames.find((frame): frame is Extract<Frame, { kind: Kind }> => frame.kind === kind);
      if (found) return found;
      await once(this.#arrivals, 'news');
    }
  }

  async said(text: string): Promise<void> {
    while (!this.#output.includes(text)) await once(this.#arrivals, 'news');
  }

  /** Resolves when no process holds the task's stdout any more. */
  async outputEnded(): Promise<void> {
    const { stdout } = this.helper;
    if (stdout && !stdout.readableEnded) await once(stdout, 'end');
  }

  signal(number: number): void {
    this.#control.write(Buffer.from([0x54, number]));
  }

  kill(): void {
    this.#control.write('K');
  }

  /** As if the runner had died. */
  abandon(): void {
    this.#control.destroy();
  }

  get #control(): Writable {
    return this.helper.stdio[4] as Writable;
  }

  #stream(index: number): Readable {
    return this.helper.stdio[index] as Readable;
  }

  #take(frames: readonly Frame[]): void {
    this.#frames.push(...frames);
    this.#arrivals.emit('news');
  }

  #say(chunk: Buffer): void {
    this.#output += chunk.toString();
    this.#arrivals.emit('news');
  }

  async #end(): Promise<Report> {
    const [[exitCode]] = await Promise.all([once(this.helper, 'exit') as Promise<[number | null]>, once(this.#stream(3), 'end')]);
    await this.outputEnded();
    return { frames: this.#frames, trace: decodeTrace(this.#frames), output: this.#output, exitCode };
  }
}

/** The helper that was built, or the one that checks itself (`npm run build:native -- --sanitize`) when `TRACE_HELPER` names it. */
export function helperPath(): string {
  const helper = findTraceHelper();
  if (helper.kind === 'unavailable') throw new Error(helper.why);
  return process.env.TRACE_HELPER ?? helper.path;
}

export async function traced(command: readonly string[], options: TracedOptions): Promise<Report> {
  return new TracedRun(command, options).ended;
}

export async function tracedShell(script: string, options: TracedOptions): Promise<Report> {
  return traced(['/bin/sh', '-c', script], options);
}

/** The events in or of `root` as short lines, so that a test can say what it expects in one. Programs are left out. */
export function seen({ events }: RawTrace, root: AbsolutePath): string[] {
  return events.filter((event) => event.kind !== 'executed' && isInside(root, event.path)).map((event) => describeEvent(event, root));
}

export function executed({ events }: RawTrace): string[] {
  return events.flatMap((event) => (event.kind === 'executed' ? [event.path] : []));
}

function describeEvent(event: RawEvent, root: AbsolutePath): string {
  const shown = (path: AbsolutePath) => toWorkspacePath(root, path) || '.';
  const to = 'to' in event ? ` -> ${shown(event.to)}` : '';
  const notes = [
    event.before === undefined && 'absent',
    'nofollow' in event && event.nofollow && 'nofollow',
    'keeps' in event && event.keeps && 'keeps',
    'exchange' in event && event.exchange && 'exchange',
    'beforeTo' in event && 'over',
  ].filter((note) => typeof note === 'string');
  return `${event.kind} ${shown(event.path)}${to}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** Compiles a C program into `directory`; `undefined` when this machine cannot make such programs. */
export function compileC(directory: AbsolutePath, source: string, ...flags: string[]): string | undefined {
  const program = `${directory}/program`;
  writeFileSync(`${program}.c`, source);
  spawnSync('cc', ['-O1', '-w', '-o', program, `${program}.c`, ...flags]);
  return existsSync(program) ? program : undefined;
}
