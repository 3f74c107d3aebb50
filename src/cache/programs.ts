import { closeSync, openSync, readSync } from 'node:fs';
import type { Digest } from '../base/digest.ts';
import { codeOf, realPath, sameStamp, stampBehind, stampOf } from '../base/files.ts';
import { fsPath, isInside, nameOf, parentOf, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { Trace } from '../execute/trace/trace.ts';
import { findProgram, isProgram } from '../plan/ready.ts';
import type { ReadyStep } from '../plan/planned.ts';
import type { ProgramInput } from './entry.ts';
import type { FileStates } from './file-states.ts';
import type { NotStoredReason } from './not-stored.ts';

/** Whether a program is about to be put at a path or taken away from it; `undefined`: neither. */
type PlannedPrograms = (path: AbsolutePath) => boolean | undefined;

const nothingPlanned: PlannedPrograms = () => undefined;

/**
 * Programs outside the workspace, as inputs. Where a name leads is believed until something is executed, since thousands
 * of lookups ask for the same few; what stands there is looked at each time.
 */
export class Programs {
  readonly #states: FileStates;
  readonly #known = new Map<AbsolutePath, boolean>();

  constructor(states: FileStates) {
    this.#states = states;
  }

  /** Something is or was executed, which may have put programs elsewhere. */
  forget(): void {
    this.#known.clear();
  }

  /** Content digests: a name is searched in the step's PATH, links are followed. Programs that are not there are left out. */
  async digests(ready: ReadyStep, names: Iterable<string>, planned: PlannedPrograms = nothingPlanned): Promise<Map<string, Digest>> {
    const places = new Map<string, WorkspacePath>();
    for (const name of new Set(names)) {
      const place = this.#place(name, ready, planned);
      if (place !== undefined) places.set(name, place);
    }
    const known = await this.#states.read(places.values());
    const digests = new Map<string, Digest>();
    for (const [name, place] of places) {
      const state = known.get(place);
      if (state?.kind === 'file') digests.set(name, state.digest);
    }
    return digests;
  }

  /**
   * What a step executed, as inputs: by name where the task's PATH leads to it, so that another one found first is
   * noticed, else by place. A script brings its nearest `package.json`, since what it loads lies outside what is traced.
   */
  async used(ready: ReadyStep, executed: readonly AbsolutePath[]): Promise<ProgramInput[]> {
    const outside = executed.filter((path) => !isInside(this.#states.root, path) && !path.startsWith('/proc/'));
    const names = outside.flatMap((path) => [this.#nameInPath(path, ready), ...manifestOf(path)]);
    return [...(await this.digests(ready, names))].map(([name, digest]) => ({ name, digest }));
  }

  /** Refuses a result when a program is no longer what was executed, and the step itself did not change it. */
  changed({ programs, writtenOutside }: Trace): NotStoredReason | undefined {
    for (const [path, stamp] of programs) {
      if (stamp === undefined || isInside(this.#states.root, path) || path.startsWith('/proc/')) continue;
      const isOurs = [path, realPath(path)].some((place) => place !== undefined && writtenOutside.has(place));
      if (!isOurs && !sameStamp(stamp, stampBehind(path))) {
        return { code: 'changed-during-run', path: toWorkspacePath(this.#states.root, path) };
      }
    }
    return undefined;
  }

  #nameInPath(path: AbsolutePath, ready: ReadyStep): string {
    const name = nameOf(path);
    const place = this.#place(name, ready);
    return place !== undefined && place === this.#place(path, ready) ? name : path;
  }

  #place(name: string, { env, cwd }: ReadyStep, planned: PlannedPrograms = nothingPlanned): WorkspacePath | undefined {
    const isThere = (path: AbsolutePath) => planned(path) ?? this.#isThere(path);
    const found = name.startsWith('/') ? (name as AbsolutePath) : findProgram(name, { cwd, path: env['PATH'] ?? '', isThere });
    const real = found && this.#states.disk.realPath(found);
    return real && toWorkspacePath(this.#states.root, real);
  }

  #isThere(path: AbsolutePath): boolean {
    if (isInside(this.#states.root, path)) return this.#states.disk.isProgram(path);
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const isThere = isProgram(path);
    this.#known.set(path, isThere);
    return isThere;
  }
}

function manifestOf(path: AbsolutePath): string[] {
  const real = realPath(path);
  if (real === undefined || !isScript(real)) return [];
  for (let directory = parentOf(real); directory !== '/'; directory = parentOf(directory)) {
    const manifest = `${directory}/package.json` as AbsolutePath;
    if (stampOf(manifest)) return [manifest];
  }
  return [];
}

function isScript(path: AbsolutePath): boolean {
  const head = Buffer.alloc(2);
  try {
    const file = openSync(fsPath(path), 'r');
    readSync(file, head, 0, 2, 0);
    closeSync(file);
  } catch (error) {
    // A program may be executable and not readable; then it is no script either.
    if (codeOf(error) === undefined) throw error;
  }
  return head.toString('latin1') === '#!';
}
