import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { execute, type ExecuteRequest } from '../../src/execute/execute.ts';
import type { CapturedLog, Execution } from '../../src/execute/execution.ts';
import { TaskPipes } from '../../src/execute/task-pipes.ts';
import { Spawner } from '../../src/execute/spawn/spawner.ts';
import type { TraceHelper } from '../../src/execute/trace/tracer.ts';
import { Cancellation } from '../../src/schedule/cancel.ts';
import { readyStep, type StepOptions } from './steps.ts';
import { createRig, type Rig } from './rig.ts';

export type ExecutingOptions = StepOptions &
  Partial<Pick<ExecuteRequest, 'terminal' | 'trace' | 'keepsLog'>> & {
    readonly helper: TraceHelper;
    /** One of its own unless given. */
    readonly spawner?: Spawner;
  };

/** One command that runs in the test's own process through `execute`; it is killed when the test ends before it. */
export class Executing {
  readonly ended: Promise<Execution>;
  readonly cancellation: Cancellation;
  readonly #chunks: Uint8Array[] = [];
  readonly #arrivals = new EventEmitter();
  #endGrace = () => {};

  constructor(rig: Rig, { helper, spawner, terminal = false, trace, keepsLog = true, ...step }: ExecutingOptions) {
    this.cancellation = new Cancellation({
      timer: (_, callback) => {
        this.#endGrace = callback;
        return () => {};
      },
    });
    const request = { ready: readyStep({ cwd: rig.root, ...step }), trace, terminal, keepsLog, spillDirectory: rig.temp };
    const pipes = new TaskPipes(helper, rig.temp);
    const ownSpawner = new Spawner(helper, rig.temp);
    const ports = { helper, pipes, spawner: spawner ?? ownSpawner, cancellation: this.cancellation };
    this.ended = execute(request, { ...ports, onOutput: (_, bytes) => this.#take(bytes) });
    onTestFinished(async () => {
      this.cancellation.kill({ kind: 'task-failed' });
      await ownSpawner.close();
    });
  }

  /** Waits until the runner has received `text`. */
  async arrived(text: string): Promise<void> {
    while (!Buffer.concat(this.#chunks).toString().includes(text)) await once(this.#arrivals, 'output');
  }

  /** As if the 5 s after the first signal had passed. */
  endGrace(): void {
    this.#endGrace();
  }

  #take(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#arrivals.emit('output');
  }
}

/** The driven command `build`, executed and running. */
export async function startBuild(helper: TraceHelper, { trace = false, ...options }: BuildOptions = {}) {
  const rig = await createRig();
  const command = await rig.command('build');
  const run = new Executing(rig, { helper, args: command.args, trace: trace ? { roots: [rig.root] } : undefined, ...options });
  return { rig, run, build: await command.started() };
}

interface BuildOptions {
  readonly terminal?: boolean;
  readonly trace?: boolean;
  readonly spawner?: Spawner;
  readonly keepsLog?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export function bytesOf({ bytes }: CapturedLog): Buffer {
  return bytes.kind === 'memory' ? bytes.buffer : readFileSync(bytes.path);
}
