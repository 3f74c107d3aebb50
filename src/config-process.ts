import { randomUUID } from 'node:crypto';
import { joinPath, type AbsolutePath, type WorkspacePath } from './base/path.ts';
import { temporaryDirectory } from './base/private-directory.ts';
import { configLoader } from './config-step.ts';
import { execute } from './execute/execute.ts';
import type { Execution } from './execute/execution.ts';
import type { TaskPipes } from './execute/task-pipes.ts';
import type { TraceHelper } from './execute/trace/tracer.ts';
import type { ReadyStep } from './plan/planned.ts';
import { Cancellation, type Timer } from './schedule/cancel.ts';
import type { ConfigAnswer } from '../workers/config-answer.ts';

export interface ConfigProcess {
  readonly root: AbsolutePath;
  readonly file: WorkspacePath;
  readonly ready: ReadyStep;
  /** `undefined`: nothing will be remembered. */
  readonly traceRoots: readonly AbsolutePath[] | undefined;
}

export interface ConfigProcessPorts {
  readonly helper: TraceHelper;
  readonly pipes: TaskPipes;
  readonly timer: Timer;
  /** Of the run that asks for the config. */
  readonly cancellation: Interruptions | undefined;
  /** What configs print, on whichever stream. */
  readonly onOutput: (bytes: Uint8Array) => void;
}

/** The moment from which on nobody wants the value any more; a listener that comes too late is called at once. */
export type Interruptions = Pick<Cancellation, 'onAsk'>;

/** What became of the process that executed a config. */
export interface ConfigRun {
  readonly execution: Execution;
  /** Why it was killed, if it was. */
  readonly cutShort: 'too-slow' | 'interrupted' | undefined;
  /** `undefined`: it ended before there was one. */
  readonly answer: ConfigAnswer | undefined;
}

export const longestSeconds = 10;

/** Executes a config in a process of its own, which is killed with all that it started when it takes too long. */
export async function runConfig(config: ConfigProcess, ports: ConfigProcessPorts): Promise<ConfigRun> {
  const { root, file, ready, traceRoots } = config;
  const { helper, pipes, timer, onOutput } = ports;
  const marker = randomUUID();
  const written: Uint8Array[] = [];
  const cancellation = new Cancellation();
  let cutShort: ConfigRun['cutShort'];
  const cut = (why: 'too-slow' | 'interrupted'): void => {
    cutShort ??= why;
    cancellation.kill({ kind: 'task-failed' });
  };
  const stopTimer = timer(longestSeconds * 1000, () => cut('too-slow'));
  const stopListening = ports.cancellation?.onAsk(() => cut('interrupted'));
  try {
    const execution = await execute(
      {
        ready: { ...ready, args: [configLoader(), joinPath(root, file), marker] },
        trace: traceRoots && { roots: traceRoots },
        terminal: false,
        keepsLog: false,
        spillDirectory: temporaryDirectory(),
      },
      { helper, pipes, cancellation, onOutput: (stream, bytes) => (stream === 'stderr' ? onOutput(bytes) : void written.push(bytes)) },
    );
    const { answer, rest } = split(Buffer.concat(written), marker);
    if (rest.length > 0) onOutput(rest);
    return { execution, cutShort, answer };
  } finally {
    stopTimer();
    stopListening?.();
  }
}

/** Native code and child processes may have written to stdout, too, before the answer and after it. */
function split(written: Buffer, marker: string): { readonly answer: ConfigAnswer | undefined; readonly rest: Uint8Array } {
  const start = written.indexOf(marker);
  const end = start < 0 ? start : written.indexOf(marker, start + marker.length);
  if (end < 0) return { answer: undefined, rest: written };
  const rest = Buffer.concat([written.subarray(0, start), written.subarray(end + marker.length)]);
  return { answer: parseAnswer(written.toString('utf8', start + marker.length, end)), rest };
}

/** `undefined` where somebody wrote into the middle of it. */
function parseAnswer(text: string): ConfigAnswer | undefined {
  try {
    return JSON.parse(text) as ConfigAnswer;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
