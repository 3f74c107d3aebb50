import type { Digest } from '../base/digest.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Cache } from './cache.ts';
import type { Entry, OutputFile, StoredLog } from './entry.ts';
import { isFault, type CacheFault } from './fault.ts';
import { ignoredOutputsOf } from './ignored.ts';
import type { Lookup } from './lookup.ts';
import type { LeftState } from './ownership.ts';
import { applyChanges } from './restore.ts';
import type { OwnPath, TaskView } from './task-view.ts';

/** A hit that was put in place, ready to be replayed. */
export interface SettledHit {
  readonly step: PlannedStep;
  readonly key: Digest;
  readonly entry: Entry;
  readonly log: Uint8Array;
  readonly filesWritten: number;
  readonly filesRemoved: number;
}

interface Held {
  readonly step: PlannedStep;
  readonly key: Digest;
  readonly hit: Lookup & { kind: 'hit' };
}

/**
 * The hits of one task that wait to be put in place. Consecutive ones are applied together, as their net difference:
 * `rm -rf dist && tsc` touches nothing when both hit and `dist` is right.
 */
export class HeldHits {
  readonly #view: TaskView;
  readonly #cache: Cache;
  #held: Held[] = [];

  constructor(view: TaskView, cache: Cache) {
    this.#view = view;
    this.#cache = cache;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  hold(step: PlannedStep, key: Digest, hit: Lookup & { kind: 'hit' }): void {
    this.#held.push({ step, key, hit });
    for (const [path, change] of hit.plan.changes) this.#view.plan(path, change);
  }

  /** Puts everything held in place. On a fault nothing is held any more, and `step` is the index of the step to blame. */
  async settle(): Promise<readonly SettledHit[] | (CacheFault & { readonly step: number; readonly first: number })> {
    const held = this.#held;
    const [first] = held;
    if (first === undefined) return [];
    this.#held = [];
    const logs = await this.#readLogs(held);
    const applied = isFault(logs) ? logs : await this.#apply(first.step);
    if (!isFault(logs) && !isFault(applied)) {
      const settled = held.map(({ step, key, hit: { entry } }, index): SettledHit => {
        const counts = { filesWritten: applied.written.get(step.index) ?? 0, filesRemoved: applied.removed.get(step.index) ?? 0 };
        return { step, key, entry, log: logs[index] ?? new Uint8Array(), ...counts };
      });
      for (const one of held) this.#claim(one);
      this.#forgetPlans();
      return settled;
    }
    this.#forgetPlans();
    const trouble = isFault(logs) ? logs : (applied as CacheFault & { step: number | undefined });
    return { ...trouble, step: trouble.step ?? first.step.index, first: first.step.index };
  }

  /** A restore writes as a command does: what it touches while others run is no more theirs than its own. */
  async #apply(step: PlannedStep): ReturnType<typeof applyChanges> {
    const { overlaps } = this.#cache;
    const running = overlaps.begin(step);
    const applied = await applyChanges(step.label, this.#view.pending, this.#restoreWorld());
    overlaps.end(running, isFault(applied) ? new Set(this.#view.pending.keys()) : applied.touched);
    return applied;
  }

  #forgetPlans(): void {
    this.#view.forget();
    this.#view.outdate();
  }

  #claim({ step, key, hit: { entry, plan } }: Held): void {
    const paths = new Map<WorkspacePath, { left: LeftState; made: boolean }>(this.#leftAlone(step, entry));
    for (const output of entry.outputs) {
      const change = plan.changes.get(output.path);
      paths.set(output.path, { left: leftBy(output), made: change !== undefined && 'output' in change && change.made });
    }
    const { ledger, store } = this.#cache;
    const now = Date.now();
    const last = ledger.lastEntry(step.owner);
    const isKnownToServe = last?.id === entry.id && last.isOld !== true && now - (last.usedAt ?? 0) < USE_LASTS_MS;
    if (!isKnownToServe) store.touch(key, entry.id, now);
    ledger.claim(step, paths, isKnownToServe ? last : { key, id: entry.id, usedAt: now });
  }

  /** What the step has left where the entry says that it means nothing: it stays the step's own. */
  #leftAlone(step: PlannedStep, entry: Entry): [WorkspacePath, OwnPath][] {
    if (entry.ignoredOutputs.length === 0) return [];
    const isIgnored = ignoredOutputsOf(entry, step);
    return [...this.#view.own].filter(([path, { owner }]) => owner === step.owner && isIgnored(path));
  }

  /** A log is needed as much as an output: one that cannot be read makes the hit unusable before anything is touched. */
  async #readLogs(held: readonly Held[]): Promise<Uint8Array[] | (CacheFault & { readonly step: number })> {
    const logs: Uint8Array[] = [];
    for (const { step, hit } of held) {
      const log = await this.#readLog(hit.entry.log);
      if (isFault(log)) return { ...log, step: step.index };
      logs.push(log);
    }
    return logs;
  }

  async #readLog({ bytes }: StoredLog): Promise<Uint8Array | CacheFault> {
    if (bytes.kind === 'inline') return bytes.buffer;
    const answer = await this.#cache.pool.read({ blobs: this.#cache.store.blobs, blob: bytes.blob });
    return answer.kind === 'read' ? answer.bytes : answer;
  }

  #restoreWorld(): Parameters<typeof applyChanges>[2] {
    const { states, pool, store, scratch } = this.#cache;
    return { states, pool, blobs: store.blobs, scratch };
  }
}

/** A use that follows one of the same entry so soon changes little about who was used last, and writing it down costs more than the hit. */
const USE_LASTS_MS = 60 * 60 * 1000;

/** What the ledger is to hold of a path that an output was put to. */
export function leftBy(output: OutputFile): LeftState {
  switch (output.kind) {
    case 'file':
      return { kind: 'file', digest: output.digest, mode: output.mode };
    case 'directory':
      return { kind: 'directory', mode: output.mode };
    case 'link':
      return { kind: 'link', target: output.target };
  }
}
