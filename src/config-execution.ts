import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from './base/diagnostic.ts';
import { keyedDigest } from './base/digest.ts';
import { realPath, removeIfPossible } from './base/files.ts';
import { joinPath, nameOf, parentOf, type AbsolutePath, type WorkspacePath } from './base/path.ts';
import type { Cache } from './cache/cache.ts';
import type { Entry } from './cache/entry.ts';
import { takeBefore } from './cache/examine.ts';
import { guarded, isFault } from './cache/fault.ts';
import { judge } from './cache/judge.ts';
import { cacheKey } from './cache/key.ts';
import { lookUp } from './cache/lookup.ts';
import { record } from './cache/record.ts';
import { TaskView } from './cache/task-view.ts';
import { readAnswer, rememberable, isSameEnvironment, type ConfigAnswer, type RememberedAnswer } from './config-answer.ts';
import { configStep } from './config-step.ts';
import { execute } from './execute/execute.ts';
import type { Execution } from './execute/execution.ts';
import { TaskPipes } from './execute/task-pipes.ts';
import { foldTrace } from './execute/trace/fold.ts';
import type { TraceHelper } from './execute/trace/tracer.ts';
import { cacheKeyParts } from './plan/cache-key.ts';
import type { ReadyStep } from './plan/planned.ts';
import { Cancellation, type Timer } from './schedule/cancel.ts';
import type { ConfigExecutor } from './workspace/config-executor.ts';

export interface ConfigSurroundings {
  readonly root: AbsolutePath;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `undefined`: out of order, so nothing is remembered. */
  readonly cache: Cache | undefined;
  /** Whether what was run may be stored. */
  readonly remembers: boolean;
  readonly helper: TraceHelper;
  readonly traceRoots: readonly AbsolutePath[];
  readonly scratch: AbsolutePath;
  readonly timer?: Timer;
  /** What the config prints. */
  readonly onOutput: (bytes: Uint8Array) => void;
}

/**
 * Runs configs that only running can read, each in a process of its own, and remembers what they gave under the rules of a
 * step: its traced inputs, absences and listings, and the variables that it read, must be as they were. Where anything of
 * that is not certain, the config is run.
 */
export class ConfigRuns implements ConfigExecutor {
  readonly #surroundings: ConfigSurroundings;
  readonly #pipes: TaskPipes;

  constructor(surroundings: ConfigSurroundings) {
    this.#surroundings = surroundings;
    this.#pipes = new TaskPipes(surroundings.helper);
  }

  async execute(file: WorkspacePath): Promise<{ readonly value: unknown } | Diagnostic> {
    const { root, env } = this.#surroundings;
    const ready = configStep(file, { root, env, loader: loaderFile() });
    const known = await this.#remembered(ready);
    if (known) return { value: known.value };
    const execution = await this.#run(ready);
    if ('code' in execution) return { ...execution, at: { file } };
    const { answer, rest } = readAnswer(stdoutOf(execution));
    if (rest !== '') this.#surroundings.onOutput(Buffer.from(rest));
    if (answer === undefined) return { code: 'config-failed', message: `${file} ended before it gave a config`, at: { file } };
    if (answer.problem) return describe(answer.problem, file);
    await this.#remember(ready, execution, answer);
    return { value: answer.value };
  }

  close(): void {
    this.#pipes.close();
    removeIfPossible(this.#surroundings.scratch);
  }

  async #remembered(ready: ReadyStep): Promise<RememberedAnswer | undefined> {
    const { cache, env } = this.#surroundings;
    if (cache === undefined) return undefined;
    const { salt } = cache.store;
    const isMeant = (entry: Entry): boolean => {
      const answer = storedAnswer(entry);
      return answer !== undefined && isSameEnvironment(answer, env, salt);
    };
    const found = await guarded('the memory of a config cannot be asked', async () => {
      const view = await TaskView.open(ready.step.task, cache.states, cache.ledger);
      const { key, parts } = keyOf(ready, cache);
      return await lookUp(ready, key, parts, { ...cache, view, isMeant });
    });
    if (isFault(found) || found.kind === 'miss') return undefined;
    cache.store.touch(keyOf(ready, cache).key, found.entry.id, Date.now());
    return storedAnswer(found.entry);
  }

  /** Ends the whole tree of a config that takes too long. */
  async #run(ready: ReadyStep): Promise<Execution | Diagnostic> {
    const { helper, traceRoots, scratch, timer = referencedTimer, onOutput } = this.#surroundings;
    const cancellation = new Cancellation();
    let isLate = false;
    const stopTimer = timer(LONGEST_MS, () => {
      isLate = true;
      cancellation.kill({ kind: 'task-failed' });
    });
    const request = { ready, trace: { roots: traceRoots }, terminal: false, keepsLog: true, spillDirectory: scratch };
    const execution = await execute(request, {
      helper,
      pipes: this.#pipes,
      cancellation,
      onOutput: (stream, bytes) => {
        if (stream === 'stderr') onOutput(bytes);
      },
    });
    stopTimer();
    if (!isLate) return execution;
    return { code: 'config-timeout', message: `${ready.step.label} did not give a config within ${LONGEST_MS / 1000} s` };
  }

  /** Nothing that is left in the workspace could be restored, so a config that leaves something is run every time. */
  async #remember(ready: ReadyStep, execution: Execution, answer: ConfigAnswer): Promise<void> {
    const { cache, env, remembers } = this.#surroundings;
    const { caching } = ready.step;
    if (cache === undefined || !remembers || answer.unseenEnv || execution.traced.kind !== 'traced' || caching.kind !== 'cached') return;
    const trace = foldTrace(execution.traced.raw, cache.root);
    if (!ranAlone(trace.programs.keys())) return;
    const kept = await guarded('the memory of a config cannot be kept', async () => {
      const view = await TaskView.open(ready.step.task, cache.states, cache.ledger);
      const before = await takeBefore(ready, view, cache);
      const world = { ...cache, salt: cache.store.salt };
      const { left, verdict } = await judge(
        { ready, caching, before, traced: { kind: 'trace', trace }, reported: execution.reported },
        world,
      );
      if (verdict.kind === 'refuse' || left.size > 0 || verdict.result.removals.length > 0) return;
      const { key, parts } = keyOf(ready, cache);
      const bytes = Buffer.from(JSON.stringify(rememberable(answer, env, cache.store.salt)));
      const log = { segments: [{ stream: 'stdout', length: bytes.length }], bytes: { kind: 'memory', buffer: bytes } } as const;
      const ref = { key, id: randomBytes(8).toString('hex') };
      const request = { step: ready.step, root: cache.root, ref, parts, result: verdict.result, objection: () => undefined };
      await record({ ...request, execution: { ...execution, log } }, cache.store, cache.pool).done;
    });
    // What cannot be remembered is run again the next time.
    void kept;
  }
}

const LONGEST_MS = 10_000;

function keyOf(ready: ReadyStep, cache: Cache) {
  const parts = cacheKeyParts(ready, (value) => keyedDigest(cache.store.salt, value));
  return { parts, key: cacheKey(parts, cache.hasher) };
}

/** Another program may have read variables that nobody saw. */
function ranAlone(programs: Iterable<AbsolutePath>): boolean {
  const node = realPath(process.execPath as AbsolutePath);
  return [...programs].every((path) => realPath(path) === node || /^ld-(?:linux|musl)/.test(nameOf(path)));
}

function storedAnswer({ log: { bytes } }: Entry): RememberedAnswer | undefined {
  return bytes.kind === 'inline' ? (JSON.parse(Buffer.from(bytes.buffer).toString()) as RememberedAnswer) : undefined;
}

function stdoutOf({ log }: Execution): string {
  const { bytes, segments } = log;
  if (bytes.kind !== 'memory') return '';
  let start = 0;
  const parts = segments.map(({ stream, length }) => {
    const part = bytes.buffer.subarray(start, start + length);
    start += length;
    return stream === 'stdout' ? part : Buffer.alloc(0);
  });
  return Buffer.concat(parts).toString();
}

function describe({ kind, message, line, column }: NonNullable<ConfigAnswer['problem']>, file: WorkspacePath): Diagnostic {
  const at = { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
  if (kind === 'not-plain') return { code: 'invalid-config', message: `${file}: ${message}`, at: { file } };
  return { code: 'config-failed', message: `${file} threw: ${message}`, at };
}

/** Beside this file: bundled next to it, or in the build from the sources' own place. */
function loaderFile(): AbsolutePath {
  const bundled = fileURLToPath(new URL('./config-loader.mjs', import.meta.url));
  return (existsSync(bundled) ? bundled : joinPath(parentOf(parentOf(bundled as AbsolutePath)), 'dist/config-loader.mjs')) as AbsolutePath;
}

function referencedTimer(milliseconds: number, callback: () => void): () => void {
  const timeout = setTimeout(callback, milliseconds);
  return () => clearTimeout(timeout);
}
