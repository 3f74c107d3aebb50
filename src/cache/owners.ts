import type { WorkspacePath } from '../base/path.ts';
import type { TaskId } from '../graph/task.ts';
import type { StepOwner } from '../plan/planned.ts';
import { isSameLeft, type EntryRef, type LeftState, type Ownership, type OwnershipMap } from './ownership.ts';

/** A step whose paths the ledger keeps. */
export interface Claimant {
  readonly owner: StepOwner;
  readonly task: TaskId;
  readonly index: number;
}

/** How a step leaves a path, and whether it made it (`Ownership.made`). */
export interface Left {
  readonly left: LeftState;
  readonly made: boolean;
}

/** What the ledger keeps of one step. */
export interface StoredOwner {
  readonly task: string;
  readonly index: number;
  readonly lastEntry: EntryRef | undefined;
  readonly paths: WorkspacePath[];
  readonly left: (LeftState | undefined)[];
  readonly made: boolean[];
  readonly around?: readonly Claimant[];
}

interface OwnerRecord {
  readonly task: TaskId;
  readonly index: number;
  readonly paths: Set<WorkspacePath>;
  readonly lastEntry: EntryRef | undefined;
  /** The steps that the run was inside which claimed this, the innermost last. */
  readonly around: readonly Claimant[];
}

/** The ledger's content in memory; `Ledger` has the rules. */
export class Owners {
  readonly #around: readonly Claimant[];
  readonly #paths = new Map<WorkspacePath, Ownership>();
  readonly #owners = new Map<StepOwner, OwnerRecord>();
  /** Also by the tasks around them. */
  readonly #tasks = new Map<TaskId, Set<StepOwner>>();

  constructor(around: readonly Claimant[]) {
    this.#around = around;
  }

  clear(): void {
    for (const known of [this.#paths, this.#owners, this.#tasks]) known.clear();
  }

  ownerOf(path: WorkspacePath): Ownership | undefined {
    return this.#paths.get(path);
  }

  ofTask(task: TaskId): OwnershipMap {
    const found = new Map<WorkspacePath, Ownership>();
    for (const owner of this.#tasks.get(task) ?? []) {
      const record = this.#owners.get(owner);
      const step = record?.task === task ? { owner, index: record.index } : record?.around.findLast((around) => around.task === task);
      if (record === undefined || step === undefined) continue;
      for (const path of record.paths) {
        const ownership = this.#paths.get(path);
        if (ownership?.owner === owner) found.set(path, { ...ownership, owner: step.owner, task, index: step.index });
      }
    }
    return found;
  }

  lastEntry(owner: StepOwner): EntryRef | undefined {
    return this.#owners.get(owner)?.lastEntry;
  }

  /** Whose records have changed by it. */
  claim(by: Claimant, paths: ReadonlyMap<WorkspacePath, Left>, lastEntry: EntryRef | undefined): ReadonlySet<StepOwner> {
    const changed = new Set<StepOwner>();
    const isInside = ([path]: readonly [WorkspacePath, Left]) => this.#isInside(this.#paths.get(path)?.owner, by.owner);
    for (const [path, left] of [...paths].filter(isInside)) this.#leave(path, left, changed);
    const own = new Map([...paths].filter((claimed) => !isInside(claimed)));
    const { task, index } = by;
    const record: OwnerRecord = { task, index, paths: new Set(own.keys()), lastEntry, around: this.#stepsAround(by.owner, own) };
    if (this.#isClaimed(by.owner, own, record)) return changed;
    this.#release(by.owner);
    for (const [path, { left, made }] of own) {
      const before = this.#paths.get(path);
      if (before) this.#disown(before.owner, path, changed);
      this.#paths.set(path, { owner: by.owner, task, index, left, made });
    }
    this.#set(by.owner, record);
    return changed.add(by.owner);
  }

  stored(owner: StepOwner): StoredOwner {
    const record = this.#owners.get(owner);
    const paths = [...(record?.paths ?? [])];
    return {
      task: record?.task ?? '',
      index: record?.index ?? 0,
      lastEntry: record?.lastEntry,
      paths,
      left: paths.map((path) => this.#paths.get(path)?.left),
      made: paths.map((path) => this.#paths.get(path)?.made ?? false),
      ...(record && record.around.length > 0 && { around: record.around }),
    };
  }

  restore(owner: StepOwner, { index, lastEntry, paths, around = [], ...stored }: StoredOwner): void {
    const task = stored.task as TaskId;
    this.#set(owner, { task, index, lastEntry, paths: new Set(paths), around });
    paths.forEach((path, position) => {
      const left = stored.left[position];
      // A run inside a step does not take from that step's record what it claims.
      if (!left || this.#isInside(this.#paths.get(path)?.owner, owner)) return;
      this.#paths.set(path, { owner, task, index, left, made: stored.made[position] ?? false });
    });
  }

  #isInside(inner: StepOwner | undefined, outer: StepOwner): boolean {
    const record = inner === undefined ? undefined : this.#owners.get(inner);
    return record?.around.some(({ owner }) => owner === outer) === true;
  }

  /** Not as its owner left it, which has no stored result with that. */
  #leave(path: WorkspacePath, { left, made }: Left, changed: Set<StepOwner>): void {
    const before = this.#paths.get(path);
    const record = before && this.#owners.get(before.owner);
    if (!record || isSameLeft(before.left, left)) return;
    this.#paths.set(path, { ...before, left, made: before.made && made });
    this.#owners.set(before.owner, { ...record, lastEntry: record.lastEntry && { ...record.lastEntry, isOld: true } });
    changed.add(before.owner);
  }

  /** Those around this run, and those around an earlier one while everything is as that left it. */
  #stepsAround(owner: StepOwner, paths: ReadonlyMap<WorkspacePath, Left>): readonly Claimant[] {
    const known = this.#owns(owner, paths) ? (this.#owners.get(owner)?.around ?? []) : [];
    return [...known.filter((step) => !this.#around.some((around) => around.owner === step.owner)), ...this.#around];
  }

  /** A hit that changes nothing claims what the step owns already, and costs no write. */
  #isClaimed(owner: StepOwner, paths: ReadonlyMap<WorkspacePath, Left>, { lastEntry, around }: OwnerRecord): boolean {
    const record = this.#owners.get(owner);
    return isSameEntry(record?.lastEntry, lastEntry) && record?.around.length === around.length && this.#owns(owner, paths);
  }

  /** Just these paths, as they are. */
  #owns(owner: StepOwner, paths: ReadonlyMap<WorkspacePath, Left>): boolean {
    if (this.#owners.get(owner)?.paths.size !== paths.size) return false;
    return [...paths].every(([path, { left, made }]) => {
      const ownership = this.#paths.get(path);
      return ownership?.owner === owner && ownership.made === made && isSameLeft(ownership.left, left);
    });
  }

  #set(owner: StepOwner, record: OwnerRecord): void {
    this.#owners.set(owner, record);
    for (const { task } of [record, ...record.around]) this.#tasks.set(task, (this.#tasks.get(task) ?? new Set()).add(owner));
  }

  #release(owner: StepOwner): void {
    for (const path of this.#owners.get(owner)?.paths ?? []) if (this.#paths.get(path)?.owner === owner) this.#paths.delete(path);
  }

  #disown(owner: StepOwner, path: WorkspacePath, changed: Set<StepOwner>): void {
    this.#owners.get(owner)?.paths.delete(path);
    // Other runs may be inside the same step at this time, and would write the same record.
    if (!this.#around.some((step) => step.owner === owner)) changed.add(owner);
  }
}

function isSameEntry(a: EntryRef | undefined, b: EntryRef | undefined): boolean {
  return a?.id === b?.id && a?.isOld === b?.isOld && a?.usedAt === b?.usedAt;
}
