import { randomBytes } from 'node:crypto';
import { keyedDigest, type Digest } from './base/digest.ts';
import { removeIfPossible } from './base/files.ts';
import { joinPath, nameOf } from './base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from './base/private-directory.ts';
import type { CachePlaces } from './cache/cache-places.ts';
import type { Cache } from './cache/cache.ts';
import { differences } from './cache/differences.ts';
import type { Entry, Fingerprint } from './cache/entry.ts';
import { takeBefore, type Before } from './cache/examine.ts';
import { guarded, isFault, type CacheFault } from './cache/fault.ts';
import { judge } from './cache/judge.ts';
import { cacheKey } from './cache/key.ts';
import { takeSnapshot } from './cache/snapshot.ts';
import { TaskView } from './cache/task-view.ts';
import type { Execution } from './execute/execution.ts';
import { foldTrace } from './execute/trace/fold.ts';
import type { RawTrace } from './execute/trace/raw-trace.ts';
import { closeCache, openCache, openCacheForReading } from './open-cache.ts';
import { cacheKeyParts } from './plan/cache-key.ts';
import type { ReadyStep } from './plan/planned.ts';
import type { GitIgnores } from './workspace/git.ts';
import type { ConfigAnswer } from '../workers/config-answer.ts';
import { WorkerPool } from '../workers/pool.ts';

/** An answer that would be given again; `value` is absent where the config exports nothing. */
export interface Remembered {
  readonly value?: unknown;
}

export interface ExecutedConfig {
  readonly ready: ReadyStep;
  /** As `prepare` gave it. */
  readonly before: Before;
  readonly execution: Execution;
  readonly answer: ConfigAnswer;
}

/**
 * The values of configs that were executed, with all that they depend on, in the cache that steps are in. Nothing that
 * goes wrong here is anybody's trouble: the config is executed, and its value is not remembered.
 */
export class ConfigMemory {
  readonly isReadOnly: boolean;
  readonly #cache: Cache;
  readonly #close: () => Promise<unknown>;

  private constructor(cache: Cache, isReadOnly: boolean, close: () => Promise<unknown>) {
    this.#cache = cache;
    this.isReadOnly = isReadOnly;
    this.#close = close;
  }

  static async open(places: CachePlaces, git: GitIgnores): Promise<ConfigMemory | CacheFault> {
    const pool = new WorkerPool(() => {});
    const cache = await guarded('the cache cannot be opened', () => openCache(places, pool, git));
    if (isFault(cache)) await pool.close();
    if (isFault(cache)) return cache;
    return new ConfigMemory(cache, false, async () => {
      await closeCache(cache, places);
      await pool.close();
      removeIfPossible(cache.scratch);
    });
  }

  /** Remembers nothing new, and writes nothing but to a temporary directory of its own. */
  static async openForReading(places: CachePlaces, git: GitIgnores): Promise<ConfigMemory | CacheFault> {
    const temporary = await guarded('nothing temporary can be made', async () => makePrivateDirectory(temporaryDirectory()));
    if (isFault(temporary)) return temporary;
    const pool = new WorkerPool(() => {});
    const { cache, close } = await openCacheForReading(places, { pool, git, scratch: joinPath(temporary, 'cache') });
    const closeAll = async () => {
      await close();
      await pool.close();
      removeIfPossible(temporary);
    };
    if (!isFault(cache)) return new ConfigMemory(cache, true, closeAll);
    await closeAll();
    return cache;
  }

  /** What an execution now would give, where that is known for certain. */
  async recall(ready: ReadyStep): Promise<Remembered | undefined> {
    const found = await guarded('the lookup broke off', () => this.#find(ready));
    return isFault(found) ? undefined : found;
  }

  /** Takes down what must be known from before an execution; `undefined` where that one cannot be remembered anyway. */
  async prepare(ready: ReadyStep): Promise<Before | undefined> {
    if (this.isReadOnly) return undefined;
    this.#cache.states.disk.forget();
    const before = await guarded('what stands before cannot be told', async () => takeBefore(ready, await this.#view(ready), this.#cache));
    await Promise.all([this.#cache.store.release(), this.#cache.ledger.release()]);
    this.#cache.programs.forget();
    return isFault(before) ? undefined : before;
  }

  /** From now on the value is recalled as long as nothing that it depends on changes, if all that it depends on is known. */
  async remember(executed: ExecutedConfig): Promise<void> {
    const { outcome, env } = executed.answer;
    const { traced } = executed.execution;
    if (outcome.kind !== 'value' || env.isPartial || traced.kind !== 'traced' || startedOthers(traced.raw)) return;
    const remembered: Remembered = 'value' in outcome ? { value: outcome.value } : {};
    const { raw } = traced;
    await guarded('the value cannot be stored', async () => {
      const fingerprint = await this.#fingerprint(executed, raw);
      if (fingerprint) await this.#publish(remembered, fingerprint, executed);
    });
  }

  async close(): Promise<void> {
    await guarded('the cache cannot be closed', this.#close);
  }

  async #find(ready: ReadyStep): Promise<Remembered | undefined> {
    const { store, hasher, programs } = this.#cache;
    const { salt } = store;
    const candidates = await store.candidates(cacheKey(this.#keyParts(ready), hasher));
    if (isFault(candidates)) return undefined;
    // Each has asked for other variables, and what it did not ask for is nothing to it.
    const fitting = candidates.filter(({ fingerprint: { ambient } }) => isSameEnv(ambient, envDigests(Object.keys(ambient), ready, salt)));
    if (fitting.length === 0) return undefined;
    const fingerprints = fitting.map(({ fingerprint }) => fingerprint);
    const now = await takeSnapshot(ready, fingerprints, { view: await this.#view(ready), programs, salt });
    const entry = fitting.find(({ fingerprint }) => differences(fingerprint, { ...now, ambient: fingerprint.ambient }).next().done);
    return entry && this.#read(entry, ready);
  }

  #read(entry: Entry, ready: ReadyStep): Remembered | undefined {
    const { bytes } = entry.log;
    if (bytes.kind !== 'inline') return undefined;
    const { store, hasher } = this.#cache;
    if (!this.isReadOnly) store.touch(cacheKey(this.#keyParts(ready), hasher), entry.id, Date.now());
    return JSON.parse(Buffer.from(bytes.buffer).toString()) as Remembered;
  }

  async #fingerprint({ ready, before, answer }: ExecutedConfig, raw: RawTrace): Promise<Fingerprint | undefined> {
    const { root, store } = this.#cache;
    const { caching } = ready.step;
    if (caching.kind !== 'cached') return undefined;
    this.#cache.programs.forget();
    const traced = { kind: 'trace', trace: foldTrace(raw, root) } as const;
    const { left, verdict } = await judge({ ready, caching, before, traced }, { ...this.#cache, salt: store.salt });
    if (verdict.kind === 'refuse' || left.size > 0 || verdict.result.removals.length > 0) return undefined;
    return { ...verdict.result.fingerprint, ambient: envDigests(answer.env.names, ready, store.salt) };
  }

  async #publish(remembered: Remembered, fingerprint: Fingerprint, { ready, execution }: ExecutedConfig): Promise<void> {
    const { store, hasher } = this.#cache;
    const buffer = Buffer.from(JSON.stringify(remembered));
    const parts = this.#keyParts(ready);
    const entry: Entry = {
      id: randomBytes(8).toString('hex'),
      storedAt: execution.endedAt,
      milliseconds: execution.endedAt - execution.startedAt,
      fingerprint,
      outputs: [],
      removals: [],
      log: { segments: [{ stream: 'stdout', length: buffer.length }], bytes: { kind: 'inline', buffer } },
      notes: [],
    };
    await store.publish(ready.step, cacheKey(parts, hasher), parts, entry);
  }

  #keyParts(ready: ReadyStep) {
    return cacheKeyParts(ready, (value) => keyedDigest(this.#cache.store.salt, value));
  }

  #view({ step }: ReadyStep): Promise<TaskView> {
    return TaskView.open(step.task, this.#cache.states, this.#cache.ledger);
  }
}

/** Of a program that the config started, be it node again, nobody saw which variables it read. */
function startedOthers({ events }: RawTrace): boolean {
  const [, ...others] = events.filter(({ kind }) => kind === 'executed').map(({ path }) => nameOf(path));
  // What loads node itself comes right after it.
  return others.length > 1 || others.some((name) => !/^ld[-.]/.test(name));
}

/** Keyed digests of the variables now; `null` for one that is not set. */
function envDigests(names: readonly string[], { env }: ReadyStep, salt: Uint8Array): Record<string, Digest | null> {
  const digestOf = (name: string) => (Object.hasOwn(env, name) ? keyedDigest(salt, env[name] ?? '') : null);
  return Object.fromEntries(names.map((name) => [name, digestOf(name)]));
}

function isSameEnv(was: Fingerprint['ambient'], now: Fingerprint['ambient']): boolean {
  return Object.entries(was).every(([name, digest]) => now[name] === digest);
}
