import { isInside, joinPath, nameOf, parentOf, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { Stamp } from '../base/files.ts';
import type { TaskId } from '../graph/task.ts';
import type { OutputFile } from './entry.ts';
import { absent, isExecutable, type FileState } from './file-state.ts';
import type { FileStates } from './file-states.ts';
import type { Ledger } from './ledger.ts';
import { stillStands, type Ownership } from './ownership.ts';
import { isToolState } from './tool-state.ts';

/** A change that hits of this task call for and that is not on disk yet. */
export type Pending =
  /**
   * `made`: nothing, or the task's own work, is there before; see `Ownership.made`. `stands`: the output was found in
   * place when this was planned, so there is nothing to do. `found`: what is on disk then, `undefined` for nothing; what
   * is another by the time of the change is somebody's work.
   */
  | {
      readonly step: number;
      readonly output: OutputFile;
      readonly made: boolean;
      readonly stands: boolean;
      readonly found: Stamp | undefined;
    }
  | { readonly step: number; readonly removed: true; readonly found: Stamp | undefined };

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
  /** What `#holdsForeign` found. */
  readonly #foreign = new Map<WorkspacePath, boolean>();
  #isOutdated = false;

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

  /** The task's paths may have changed on disk or in the ledger: `upToDate` must come before the next question. */
  outdate(): void {
    this.#isOutdated = true;
  }

  async upToDate(): Promise<void> {
    if (this.#isOutdated) await this.refresh();
  }

  /** Reads the task's own paths anew. */
  async refresh(): Promise<void> {
    this.#isOutdated = false;
    this.#foreign.clear();
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
   * A directory counts too when all that is in it does; none counts that holds a user's file, for it would be there anyway.
   */
  isLeftOver(path: WorkspacePath, index: number): boolean {
    const owner = this.ownerIndex(path);
    if (owner === undefined) return this.#holdsOnlyLeftOvers(path, index);
    return owner >= index && !(this.#own.get(path)?.state.kind === 'directory' && this.#holdsForeign(path));
  }

  /** `isLeftOver` as it is now, to be asked after the disk has changed. */
  freezeLeftOvers(index: number): (path: WorkspacePath) => boolean {
    const leftOver = new Set<WorkspacePath>();
    for (const path of [...this.#own.keys(), ...this.#above]) if (this.isLeftOver(path, index)) leftOver.add(path);
    return (path) => leftOver.has(path);
  }

  /** States on disk, hits taken as applied; of own paths as they were when last read. */
  async read(paths: Iterable<WorkspacePath>): Promise<Map<string, FileState>> {
    const onDisk: WorkspacePath[] = [];
    const changed = new Map<string, FileState>();
    for (const path of paths) {
      const change = this.#pending.get(path);
      const own = this.#own.get(path);
      if (change) changed.set(path, stateAfter(change));
      else if (own) changed.set(path, own.state);
      else onDisk.push(path);
    }
    const states = await this.#states.read(onDisk);
    for (const [path, state] of changed) states.set(path, state);
    return states;
  }

  /** Kind letter and name of each entry, hits taken as applied; `undefined` where no directory is. */
  names(directory: WorkspacePath): readonly { readonly name: string; readonly kind: string }[] | undefined {
    const onDisk = this.#states.disk.names(joinPath(this.root, directory));
    if (this.#pending.size === 0) return onDisk;
    const names = new Map(onDisk?.map(({ name, kind }) => [name, kind as string]));
    let isThere = onDisk !== undefined;
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
    if (!this.#own.has(path) && !this.#above.has(path)) return [];
    return [...this.#own.keys()].filter((own) => isInside(path, own) && (this.ownerIndex(own) ?? -1) >= index);
  }

  /** Everything of the task's own at or below `path`, hits taken as applied, and whether the task made it. */
  ownAt(path: WorkspacePath): { path: WorkspacePath; made: boolean }[] {
    const made = new Map([...this.#own].map(([own, ownership]) => [own, ownership.made]));
    for (const [planned, change] of this.#pending) {
      if ('output' in change) made.set(planned, change.made);
      else made.delete(planned);
    }
    return [...made].filter(([own]) => isInside(path, own)).map(([own, isMade]) => ({ path: own, made: isMade }));
  }

  /** Whether what is planned puts a program at the path or takes one away; `undefined`: it leaves it as it is on disk. */
  plannedProgram(path: AbsolutePath): boolean | undefined {
    const change = isInside(this.root, path) ? this.#pending.get(toWorkspacePath(this.root, path)) : undefined;
    if (change === undefined) return undefined;
    if (!('output' in change) || change.output.kind === 'directory') return false;
    return change.output.kind === 'link' || isExecutable(change.output.mode);
  }

  /** Takes a change as applied from here on. */
  plan(path: WorkspacePath, change: Pending): void {
    this.#pending.set(path, change);
    this.#foreign.clear();
  }

  /** Drops everything planned. */
  forget(): void {
    this.#pending.clear();
    this.#foreign.clear();
  }

  /** Some file below the directory was made by no task, or is not as this one left it. */
  #holdsForeign(directory: WorkspacePath): boolean {
    const known = this.#foreign.get(directory);
    if (known !== undefined) return known;
    const names = this.names(directory);
    // What cannot be listed may hold anything.
    const holds =
      names === undefined ||
      names.some(({ name, kind }) => {
        const path = `${directory}/${name}` as WorkspacePath;
        if (isToolState(path)) return false;
        if (kind === 'd') return this.#holdsForeign(path);
        if (this.ownerIndex(path) !== undefined) return false;
        const owner = this.#ledger.ownerOf(path);
        return owner === undefined || owner.task === this.task;
      });
    this.#foreign.set(directory, holds);
    return holds;
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
      return { kind: 'file', digest: output.digest, executable: isExecutable(output.mode), mode: output.mode, size: output.place.length };
    case 'directory':
      return { kind: 'directory', mode: output.mode };
    case 'link':
      return { kind: 'link', target: output.target };
  }
}
