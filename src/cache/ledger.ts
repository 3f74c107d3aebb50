import { encodePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { TaskId } from '../graph/task.ts';
import type { StepOwner } from '../plan/planned.ts';
import { isFault, type CacheFault } from './fault.ts';
import type { DatabaseAccess } from './lease.ts';
import { isSameLeft, type EntryRef, type LeftState, type Ownership, type OwnershipMap } from './ownership.ts';
import { seal, unseal } from './seal.ts';

/** A step whose paths the ledger keeps. */
export interface Claimant {
  readonly owner: StepOwner;
  readonly task: TaskId;
  readonly index: number;
}

/**
 * What each step last wrote or restored in this checkout: path → (owner, state). A path has one owner, the last.
 * Kept in the checkout, in a LevelDB of its own. One that is missing, broken or of another checkout is empty: then
 * nothing is own, and nothing is ever removed.
 */
export class Ledger {
  readonly #lease: DatabaseAccess;
  readonly #root: AbsolutePath;
  readonly #paths = new Map<WorkspacePath, Ownership>();
  readonly #owners = new Map<StepOwner, OwnerRecord>();
  readonly #tasks = new Map<TaskId, Set<StepOwner>>();
  readonly #unsaved = new Set<StepOwner>();

  constructor(database: DatabaseAccess, root: AbsolutePath) {
    this.#lease = database;
    this.#root = root;
  }

  async load(): Promise<CacheFault | undefined> {
    const loaded = await this.#lease.use(async (database) => {
      const home = await database.get(HOME);
      const here = Buffer.concat([Buffer.from(`v${LEDGER_VERSION} `), encodePath(this.#root)]);
      if (home?.equals(here)) return await database.iterator({ gte: OWNERS, lt: OWNERS_END }).all();
      await database.clear();
      await database.put(HOME, here);
      return [];
    });
    if (isFault(loaded)) return loaded;
    for (const [key, value] of loaded) {
      // A damaged record is dropped: then the step owns nothing.
      const stored = unseal(value) as StoredOwner | undefined;
      if (stored) this.#restoreOwner(key.slice(OWNERS.length) as StepOwner, stored);
    }
    return undefined;
  }

  ownerOf(path: WorkspacePath): Ownership | undefined {
    return this.#paths.get(path);
  }

  /** Everything that the steps of a task own, by the ledger alone. */
  ofTask(task: TaskId): OwnershipMap {
    const found = new Map<WorkspacePath, Ownership>();
    for (const owner of this.#tasks.get(task) ?? []) {
      for (const path of this.#owners.get(owner)?.paths ?? []) {
        const ownership = this.#paths.get(path);
        if (ownership?.owner === owner) found.set(path, ownership);
      }
    }
    return found;
  }

  lastEntry(owner: StepOwner): EntryRef | undefined {
    return this.#owners.get(owner)?.lastEntry;
  }

  /** From now on the step owns exactly `paths`; what others owned of them is no longer theirs. */
  claim(by: Claimant, paths: ReadonlyMap<WorkspacePath, { left: LeftState; made: boolean }>, lastEntry: EntryRef | undefined): void {
    if (this.#isClaimed(by, paths, lastEntry)) return;
    this.#release(by.owner);
    for (const [path, { left, made }] of paths) {
      const before = this.#paths.get(path);
      if (before) this.#disown(before.owner, path);
      this.#paths.set(path, { owner: by.owner, task: by.task, index: by.index, left, made });
    }
    this.#setOwner(by.owner, { task: by.task, index: by.index, paths: new Set(paths.keys()), ...(lastEntry && { lastEntry }) });
    this.#unsaved.add(by.owner);
  }

  /** A hit that changes nothing claims what the step owns already, and costs no write. */
  #isClaimed({ owner }: Claimant, paths: Parameters<Ledger['claim']>[1], lastEntry: EntryRef | undefined): boolean {
    const record = this.#owners.get(owner);
    if (record?.paths.size !== paths.size || !isSameEntry(record.lastEntry, lastEntry)) return false;
    return [...paths].every(([path, { left, made }]) => {
      const ownership = this.#paths.get(path);
      return ownership?.owner === owner && ownership.made === made && isSameLeft(ownership.left, left);
    });
  }

  #setOwner(owner: StepOwner, record: OwnerRecord): void {
    this.#owners.set(owner, record);
    const owners = this.#tasks.get(record.task) ?? new Set();
    this.#tasks.set(record.task, owners.add(owner));
  }

  /** Writes what has changed. A fault leaves it for the next call. */
  async save(): Promise<CacheFault | undefined> {
    const owners = [...this.#unsaved];
    if (owners.length === 0) return undefined;
    this.#unsaved.clear();
    const saved = await this.#lease.use((database) =>
      database.batch(owners.map((owner) => ({ type: 'put' as const, key: OWNERS + owner, value: this.#encodeOwner(owner) }))),
    );
    if (!isFault(saved)) return undefined;
    for (const owner of owners) this.#unsaved.add(owner);
    return saved;
  }

  /** Gives the ledger's database back to other runs. */
  async release(): Promise<void> {
    await this.#lease.close();
  }

  #release(owner: StepOwner): void {
    for (const path of this.#owners.get(owner)?.paths ?? []) if (this.#paths.get(path)?.owner === owner) this.#paths.delete(path);
  }

  #disown(owner: StepOwner, path: WorkspacePath): void {
    this.#owners.get(owner)?.paths.delete(path);
    this.#unsaved.add(owner);
  }

  #encodeOwner(owner: StepOwner): Buffer {
    const record = this.#owners.get(owner);
    const paths = [...(record?.paths ?? [])];
    const stored: StoredOwner = {
      task: record?.task ?? '',
      index: record?.index ?? 0,
      lastEntry: record?.lastEntry,
      paths,
      left: paths.map((path) => this.#paths.get(path)?.left),
      made: paths.map((path) => this.#paths.get(path)?.made ?? false),
    };
    return seal(stored);
  }

  #restoreOwner(owner: StepOwner, stored: StoredOwner): void {
    const task = stored.task as TaskId;
    const { index, lastEntry } = stored;
    this.#setOwner(owner, { task, index, paths: new Set(stored.paths), ...(lastEntry && { lastEntry }) });
    stored.paths.forEach((path, position) => {
      const left = stored.left[position];
      if (left) this.#paths.set(path, { owner, task, index, left, made: stored.made[position] ?? false });
    });
  }
}

function isSameEntry(a: EntryRef | undefined, b: EntryRef | undefined): boolean {
  return a?.id === b?.id && a?.isOld === b?.isOld && a?.usedAt === b?.usedAt;
}

interface OwnerRecord {
  readonly task: TaskId;
  readonly index: number;
  readonly paths: Set<WorkspacePath>;
  readonly lastEntry?: EntryRef;
}

interface StoredOwner {
  readonly task: string;
  readonly index: number;
  readonly lastEntry: EntryRef | undefined;
  readonly paths: WorkspacePath[];
  readonly left: (LeftState | undefined)[];
  readonly made: boolean[];
}

/** Raised whenever the stored shape changes; apart from that of entries, since what is own outlasts what is stored. */
const LEDGER_VERSION = 1;

const HOME = 'home';
const OWNERS = 'owner!';
const OWNERS_END = 'owner"';
