import { isInside, joinPath, nameOf, parentOf, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { listDirectory } from '../base/files.ts';
import type { TaskId } from '../graph/task.ts';
import type { OutputFile } from './entry.ts';
import { absent, type FileState } from './file-state.ts';
import type { FileStates } from './file-states.ts';
import type { Ledger } from './ledger.ts';
import { stillStands, type Ownership } from './ownership.ts';

/** A change that hits of this task call for and that is not on disk yet. */
export type Pending =
  /** `made`: nothing, or the task's own work, is there before; see `Ownership.made`. */
  { readonly step: number; readonly output: OutputFile; readonly made: boolean } | { readonly step: number; readonly removed: true };

/** A path of the task's own, with the state it has on disk. */
export interface OwnPath extends Ownership {
  readonly state: FileState;
}

/**
 * The workspace as the steps of one task see it: the disk, changed by what earlier hits of the task call for, with
 * the task's own paths known and verified. Consecutive hits thus add up to one net difference before anything is touched.
 */
export class TaskView {
  readonly task: TaskId;
  readonly #states: FileStates;
  readonly #ledger: Ledger;
  #own = new Map<WorkspacePath, OwnPath>();
  /** Every directory above an own path. */
  #above = new Set<WorkspacePath>();
  readonly #pending = new Map<WorkspacePath, Pending>();

  private constructor(task: TaskId, states: FileStates, ledger: Ledger) {
    this.task = task;
    this.#states = states;
    this.#ledger = ledger;
  }

  static async open(task: TaskId, states: FileStates, ledger: Ledger): Promise<TaskView> {
    const view = new TaskView(task, states, ledger);
    await view.refresh();
    return view;
  }

  get root(): AbsolutePath {
    return this.#states.root;
  }

  get pending(): ReadonlyMap<WorkspacePath, Pending> {
    return this.#pending;
  }

  /** What the task owns on disk: the ledger's word, where the bytes are still those. */
  get own(): ReadonlyMap<WorkspacePath, OwnPath> {
    return this.#own;
  }

  /** Reads the disk anew; called at the start and after anything was executed or put in place. */
  async refresh(): Promise<void> {
    const ledger = this.#ledger.ofTask(this.task);
    const states = await this.#states.read(ledger.keys());
    const own = new Map<WorkspacePath, OwnPath>();
    for (const [path, ownership] of ledger) {
      const state = states.get(path) ?? absent;
      if (stillStands(ownership.left, state)) own.set(path, { ...ownership, state });
    }
    this.#own = own;
    this.#above = new Set([...own.keys()].flatMap(ancestorsOf));
  }

  /** The index of the step that owns the path, hits taken as applied; `undefined`: not the task's own. */
  ownerIndex(path: WorkspacePath): number | undefined {
    const change = this.#pending.get(path);
    if (change) return 'output' in change ? change.step : undefined;
    return this.#own.get(path)?.index;
  }

  /**
   * Whether the path is left over from an earlier run as far as step `index` is concerned: made by it or by a later step.
   * A directory counts too when all that is in it does.
   */
  isLeftOver(path: WorkspacePath, index: number): boolean {
    const owner = this.ownerIndex(path);
    return owner === undefined ? this.#holdsOnlyLeftOvers(path, index) : owner >= index;
  }

  /** `isLeftOver` as it is now, to be asked after the disk has changed. */
  freezeLeftOvers(index: number): (path: WorkspacePath) => boolean {
    const leftOver = new Set<WorkspacePath>();
    for (const path of [...this.#own.keys(), ...this.#above]) if (this.isLeftOver(path, index)) leftOver.add(path);
    return (path) => leftOver.has(path);
  }

  /** States on disk, hits taken as applied. */
  async read(paths: Iterable<WorkspacePath>): Promise<Map<string, FileState>> {
    const onDisk: WorkspacePath[] = [];
    const changed = new Map<string, FileState>();
    for (const path of paths) {
      const change = this.#pending.get(path);
      if (change) changed.set(path, stateAfter(change));
      else onDisk.push(path);
    }
    const states = await this.#states.read(onDisk);
    for (const [path, state] of changed) states.set(path, state);
    return states;
  }

  /** Kind letter and name of each entry, hits taken as applied; `undefined` where no directory is. */
  names(directory: WorkspacePath): { name: string; kind: string }[] | undefined {
    const names = new Map(listDirectory(joinPath(this.root, directory))?.map(({ name, kind }) => [name, kind as string]));
    let isThere = names.size > 0 || listDirectory(joinPath(this.root, directory)) !== undefined;
    for (const [path, change] of this.#pending) {
      if (path === directory) isThere = 'output' in change;
      if (path === '' || parentOf(path) !== directory) continue;
      if ('output' in change) names.set(nameOf(path), change.output.kind.slice(0, 1));
      else names.delete(nameOf(path));
    }
    return isThere ? [...names].map(([name, kind]) => ({ name, kind })) : undefined;
  }

  /** Own paths at or below `path` that step `index` finds left over. */
  leftOversAt(path: WorkspacePath, index: number): WorkspacePath[] {
    return [...this.#own.keys()].filter((own) => isInside(path, own) && (this.ownerIndex(own) ?? -1) >= index);
  }

  /** Takes a change as applied from here on. */
  plan(path: WorkspacePath, change: Pending): void {
    this.#pending.set(path, change);
  }

  /** Drops everything planned. */
  forget(): void {
    this.#pending.clear();
  }

  #holdsOnlyLeftOvers(directory: WorkspacePath, index: number): boolean {
    if (!this.#above.has(directory)) return false;
    const names = this.names(directory) ?? [];
    return names.length > 0 && names.every(({ name }) => this.isLeftOver(`${directory}/${name}` as WorkspacePath, index));
  }
}

function ancestorsOf(path: WorkspacePath): WorkspacePath[] {
  const ancestors: WorkspacePath[] = [];
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) ancestors.push(above);
  return ancestors;
}

function stateAfter(change: Pending): FileState {
  if (!('output' in change)) return absent;
  const { output } = change;
  switch (output.kind) {
    case 'file':
      return { kind: 'file', digest: output.digest, executable: (output.mode & 0o100) !== 0, mode: output.mode, size: output.place.length };
    case 'directory':
      return { kind: 'directory', mode: output.mode };
    case 'link':
      return { kind: 'link', target: output.target };
  }
}
