import type { Diagnostic } from './base/diagnostic.ts';
import { loadHasher } from './base/digest.ts';
import type { AbsolutePath, WorkspacePath } from './base/path.ts';
import { isFault } from './cache/fault.ts';
import { readAnswer } from './config-diagnostics.ts';
import { ConfigMemory } from './config-memory.ts';
import { runConfig, type Interruptions } from './config-process.ts';
import { configStep } from './config-step.ts';
import { TaskPipes } from './execute/task-pipes.ts';
import { findTraceHelper } from './execute/trace/tracer.ts';
import { placesOf } from './open-cache.ts';
import type { ReadyStep } from './plan/planned.ts';
import type { Timer } from './schedule/cancel.ts';
import type { ConfigExecutor } from './workspace/config-executor.ts';
import { findRepository, GitIgnores } from './workspace/git.ts';

export interface ConfigExecutionOptions {
  readonly root: AbsolutePath;
  /** The runner's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Look up what is remembered, and write nothing. */
  readonly isReadOnly: boolean;
  /** What configs print, on whichever stream. */
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly cancellation?: Interruptions;
  readonly timer?: Timer;
}

type Answer = { readonly value: unknown } | Diagnostic;

/**
 * Executes configs that nothing but executing them can read, or recalls what that gave when nothing that it depends on
 * has changed since. Memories lie in the place that is used without any config, since configs name the other one.
 * Nothing is opened before the first config, and a config is read once.
 */
export class ConfigExecution implements ConfigExecutor {
  readonly #options: ConfigExecutionOptions;
  readonly #answers = new Map<WorkspacePath, Promise<Answer>>();
  readonly #helper = findTraceHelper();
  readonly #pipes = new TaskPipes(this.#helper);
  #memory: Promise<ConfigMemory | undefined> | undefined;

  constructor(options: ConfigExecutionOptions) {
    this.#options = options;
  }

  /** `file`: one of the names in the port, whose endings decide how it is loaded. */
  readonly execute = (file: WorkspacePath): Promise<Answer> => {
    const known = this.#answers.get(file);
    if (known) return known;
    const answer = this.#answer(file);
    this.#answers.set(file, answer);
    return answer;
  };

  /** Afterwards nothing is open, so that a run may open the cache as it sees fit. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#answers.values());
    await (await this.#memory)?.close();
    this.#pipes.close();
  }

  async #answer(file: WorkspacePath): Promise<Answer> {
    const { root, env } = this.#options;
    const ready = configStep(file, { root, env, hasher: await loadHasher() });
    const memory = await (this.#memory ??= this.#openMemory());
    const remembered = await memory?.recall(ready);
    return remembered ? { value: remembered.value } : await this.#execute(file, ready, memory);
  }

  async #execute(file: WorkspacePath, ready: ReadyStep, memory: ConfigMemory | undefined): Promise<Answer> {
    const { root, onOutput, cancellation, timer = startTimer } = this.#options;
    const before = await memory?.prepare(ready);
    const traceRoots = before && [root, ...(findRepository(root)?.gitDirectories ?? [])];
    const ports = { helper: this.#helper, pipes: this.#pipes, timer, cancellation, onOutput };
    const run = await runConfig({ root, file, ready, traceRoots }, ports);
    const { execution, answer, cutShort } = run;
    if (memory && before && answer && !cutShort) await memory.remember({ ready, before, execution, answer });
    return readAnswer(run, file, root);
  }

  async #openMemory(): Promise<ConfigMemory | undefined> {
    const { root, env, isReadOnly } = this.#options;
    // How large the store may be is in a config, too: the run that follows keeps it within its bound.
    const places = placesOf(root, { cacheDirectory: undefined, cacheMaxSize: { bytes: Number.MAX_SAFE_INTEGER } }, env);
    const git = new GitIgnores(root, findRepository(root), env);
    const opened = await (isReadOnly ? ConfigMemory.openForReading(places, git) : ConfigMemory.open(places, git));
    return isFault(opened) ? undefined : opened;
  }
}

function startTimer(milliseconds: number, callback: () => void): () => void {
  const timeout = setTimeout(callback, milliseconds);
  return () => clearTimeout(timeout);
}
