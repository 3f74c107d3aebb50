import { encodePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { TaskId } from '../graph/task.ts';
import type { StepOwner } from '../plan/planned.ts';
import { isFault, type CacheFault } from './fault.ts';
import type { DatabaseAccess } from './lease.ts';
import { Owners, type Claimant, type Left, type StoredOwner } from './owners.ts';
import type { EntryRef, Ownership, OwnershipMap } from './ownership.ts';
import { seal, unseal } from './seal.ts';

/**
 * What each step last wrote or restored in this checkout: path → (owner, state). A path has one owner, the last. What a
 * run inside a step claims is also that step's own, until a run elsewhere claims it in another state. Kept in the
 * checkout, in a LevelDB of its own. One that is missing, broken or of another checkout is empty: then nothing is own,
 * and nothing is ever removed.
 */
export class Ledger {
  readonly #lease: DatabaseAccess;
  readonly #root: AbsolutePath;
  readonly #owners: Owners;
  readonly #unsaved = new Set<StepOwner>();
  #saving: Promise<unknown> = Promise.resolve();

  /** `around`: the steps that this run is inside, the innermost last. */
  constructor(database: DatabaseAccess, root: AbsolutePath, around: readonly Claimant[] = []) {
    this.#lease = database;
    this.#root = root;
    this.#owners = new Owners(around);
  }

  /** Reads all that is stored, again if it may have changed. What was claimed here and is not saved yet stays as it is. */
  async load(): Promise<CacheFault | undefined> {
    await this.#saving;
    const loaded = await this.#lease.use(async (database) => {
      const home = await database.get(HOME);
      const here = Buffer.concat([Buffer.from(`v${LEDGER_VERSION} `), encodePath(this.#root)]);
      if (home?.equals(here)) return await database.iterator({ gte: OWNERS, lt: OWNERS_END }).all();
      await database.clear();
      await database.put(HOME, here);
      return [];
    });
    if (isFault(loaded)) return loaded;
    const unsaved = [...this.#unsaved].map((owner) => [owner, this.#owners.stored(owner)] as const);
    this.#owners.clear();
    for (const [key, value] of loaded) {
      // A damaged record is dropped: then the step owns nothing.
      const stored = unseal(value) as StoredOwner | undefined;
      if (stored) this.#owners.restore(key.slice(OWNERS.length) as StepOwner, stored);
    }
    for (const [owner, stored] of unsaved) this.#owners.restore(owner, stored);
    return undefined;
  }

  ownerOf(path: WorkspacePath): Ownership | undefined {
    return this.#owners.ownerOf(path);
  }

  /** Everything that the steps of a task own, by the ledger alone; what a run inside one of them claimed, as that step's. */
  ofTask(task: TaskId): OwnershipMap {
    return this.#owners.ofTask(task);
  }

  lastEntry(owner: StepOwner): EntryRef | undefined {
    return this.#owners.lastEntry(owner);
  }

  /**
   * From now on the step owns exactly `paths`, and what runs inside it own; what others owned of them is no longer theirs.
   * Of what a run inside it owns it says only how it has left that.
   */
  claim(by: Claimant, paths: ReadonlyMap<WorkspacePath, Left>, lastEntry: EntryRef | undefined): void {
    for (const owner of this.#owners.claim(by, paths, lastEntry)) this.#unsaved.add(owner);
  }

  /** Writes what has changed. A fault leaves it for the next call. */
  async save(): Promise<CacheFault | undefined> {
    const owners = [...this.#unsaved];
    if (owners.length === 0) return undefined;
    this.#unsaved.clear();
    const saving = this.#lease.use((database) =>
      database.batch(owners.map((owner) => ({ type: 'put' as const, key: OWNERS + owner, value: seal(this.#owners.stored(owner)) }))),
    );
    this.#saving = saving;
    const saved = await saving;
    if (!isFault(saved)) return undefined;
    for (const owner of owners) this.#unsaved.add(owner);
    return saved;
  }

  /** Gives the ledger's database back to other runs. */
  async release(): Promise<void> {
    await this.#lease.close();
  }
}

/** Raised whenever the stored shape changes; apart from that of entries, since what is own outlasts what is stored. */
const LEDGER_VERSION = 1;

const HOME = 'home';
const OWNERS = 'owner!';
const OWNERS_END = 'owner"';
