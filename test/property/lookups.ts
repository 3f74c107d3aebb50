import { keyedDigest } from '../../src/base/digest.ts';
import type { WorkspacePath } from '../../src/base/path.ts';
import type { Cache } from '../../src/cache/cache.ts';
import type { Entry } from '../../src/cache/entry.ts';
import { isFault } from '../../src/cache/fault.ts';
import { cacheKey } from '../../src/cache/key.ts';
import { lookUp } from '../../src/cache/lookup.ts';
import type { MissReason } from '../../src/cache/miss-reason.ts';
import { TaskView } from '../../src/cache/task-view.ts';
import { closeCache, openCache } from '../../src/open-cache.ts';
import { cacheKeyParts } from '../../src/plan/cache-key.ts';
import { isNestedRun, type PlannedTask } from '../../src/plan/planned.ts';
import { makeReady } from '../../src/plan/ready.ts';
import { queryOf } from '../../src/plan/run-query.ts';
import { parseRunWords } from '../../src/plan/run-words.ts';
import { prepare } from '../../src/prepare.ts';
import { findRepository, GitIgnores } from '../../src/workspace/git.ts';
import { WorkerPool } from '../../workers/pool.ts';
import type { Rig } from '../harness/rig.ts';

export type Answer =
  /** Every step hits; the entries of those that can be cached, by index. */
  | { readonly kind: 'hit'; readonly entries: ReadonlyMap<number, Entry> }
  | { readonly kind: 'miss'; readonly step: number; readonly reasons: readonly MissReason[] };

export type Env = Readonly<Record<string, string>>;

/** What a run of one task would find in the cache, asked in this process: the stages of `run.ts` without their effects. */
export class Lookups {
  readonly rig: Rig;
  readonly env: Env;
  readonly #task: PlannedTask;
  readonly #cache: Cache;
  readonly #pool: WorkerPool;

  private constructor(rig: Rig, env: Env, task: PlannedTask, cache: Cache, pool: WorkerPool) {
    this.rig = rig;
    this.env = env;
    this.#task = task;
    this.#cache = cache;
    this.#pool = pool;
  }

  /** `task` is run with everything cached, from the package in `cwd`. */
  static async open(rig: Rig, task: string, cwd = ''): Promise<Lookups> {
    const env = { PATH: process.env['PATH'] ?? '', HOME: rig.home, TMPDIR: rig.temp };
    const words = parseRunWords(['--cache', task]);
    if (words === 'help' || 'code' in words) throw new Error(`${task} is no task`);
    const { plan } = await prepare({ cwd: rig.path(cwd), query: queryOf({ ...words, task }) }, env, { writes: false });
    const [planned] = plan.tasks;
    if (planned === undefined) throw new Error(`nothing is planned for ${task}`);
    const pool = new WorkerPool(() => {});
    const home = rig.path('node_modules/.cache/reprise');
    const ignores = new GitIgnores(rig.root, findRepository(rig.root), env);
    const cache = await openCache({ root: rig.root, store: home, checkout: home, maxSize: undefined }, { pool, git: ignores });
    if (isFault(cache)) throw new Error(cache.detail);
    return new Lookups(rig, env, planned, cache, pool);
  }

  async ask(env: Env = this.env): Promise<Answer> {
    const { root, states, ledger, store, hasher, programs } = this.#cache;
    // As each run does: what it has seen of the disk lasts no longer than it does.
    states.disk.forget();
    programs.forget();
    states.disk.remember();
    const view = await TaskView.open(this.#task.id, states, ledger);
    const entries = new Map<number, Entry>();
    for (const step of this.#task.steps) {
      if (isNestedRun(step)) throw new Error(`${step.shown} is a run of its own`);
      if (step.command.kind === 'echo') continue;
      const ready = makeReady(step, { root, directory: this.#task.directory, env });
      if ('code' in ready) return { kind: 'miss', step: step.index, reasons: [{ code: 'program-changed' }] };
      const parts = cacheKeyParts(ready, (value) => keyedDigest(store.salt, value));
      const answer = await lookUp(ready, cacheKey(parts, hasher), parts, { ...this.#cache, view });
      if (answer.kind === 'miss') return { kind: 'miss', step: step.index, reasons: answer.reasons };
      entries.set(step.index, answer.entry);
      for (const [path, change] of answer.plan.changes) view.plan(path, change);
    }
    return { kind: 'hit', entries };
  }

  /** Names that the task's steps before `step` left, which a change on disk does not reach. */
  leftBefore(step: number, entries: ReadonlyMap<number, Entry>): Set<WorkspacePath> {
    const earlier = [...entries].filter(([index]) => index < step);
    return new Set(earlier.flatMap(([, { outputs, removals }]) => [...outputs.map(({ path }) => path), ...removals]));
  }

  async close(): Promise<void> {
    const home = this.rig.path('node_modules/.cache/reprise');
    await closeCache(this.#cache, { root: this.rig.root, store: home, checkout: home, maxSize: undefined });
    await this.#pool.close();
  }
}
