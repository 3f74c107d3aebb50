import { readFileSync } from 'node:fs';
import { loadHasher } from '../../../src/base/digest.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import type { OutputFile } from '../../../src/cache/entry.ts';
import { isFault } from '../../../src/cache/fault.ts';
import { FileStates } from '../../../src/cache/file-states.ts';
import { Lease } from '../../../src/cache/lease.ts';
import { Ledger } from '../../../src/cache/ledger.ts';
import { leftState, type LeftState } from '../../../src/cache/ownership.ts';
import type { BlobPlace } from '../../../src/cache/ports.ts';
import type { RestoreWorld } from '../../../src/cache/restore.ts';
import { StatIndex } from '../../../src/cache/stat-index.ts';
import { TaskView } from '../../../src/cache/task-view.ts';
import type { PlannedStep } from '../../../src/plan/planned.ts';
import { directoryWith } from '../../harness/files.ts';
import { poolInThread } from '../../harness/pool-in-thread.ts';
import { path } from './sample.ts';

/** A workspace with files, and what the cache knows of it. */
export interface World {
  readonly root: AbsolutePath;
  readonly states: FileStates;
  readonly ledger: Ledger;
  readonly restoring: RestoreWorld;
  /** The step owns these paths as they stand now. */
  readonly own: (step: PlannedStep, made: readonly string[], overwritten?: readonly string[]) => Promise<void>;
  readonly view: (step: PlannedStep) => Promise<TaskView>;
  /** What stands at a path, as an output that can be restored. */
  readonly output: (at: string, blind?: boolean) => Promise<OutputFile>;
}

export async function worldWith(files: Readonly<Record<string, string>>): Promise<World> {
  const hasher = await loadHasher();
  const pool = poolInThread(hasher);
  const root = directoryWith(files);
  const home = directoryWith({});
  const states = new FileStates(root, new StatIndex(), hasher, pool);
  const ledger = new Ledger(new Lease(joinPath(home, 'tree')), root);
  const restoring = { states, pool, blobs: joinPath(home, 'blobs'), scratch: joinPath(home, 'scratch') };

  const stateOf = async (at: string) => {
    const state = (await states.read([at])).get(at);
    if (state === undefined || state.kind === 'absent') throw new Error(`nothing at ${at}`);
    return state;
  };
  const leftAt = async (at: string): Promise<LeftState> => {
    const left = leftState(await stateOf(at));
    if (left === undefined) throw new Error(`no output at ${at}`);
    return left;
  };
  const archive = async (at: string): Promise<BlobPlace> => {
    const state = await stateOf(at);
    if (state.kind !== 'file') throw new Error(`no file at ${at}`);
    const answer = await pool.archive({
      step: '',
      root,
      blobs: restoring.blobs,
      files: [{ path: path(at), digest: state.digest, size: state.size }],
      log: Buffer.alloc(0),
    }).done;
    const place = isFault(answer) ? undefined : answer.places[0];
    if (place === undefined) throw new Error(`${at} was not archived`);
    return place;
  };

  return {
    root,
    states,
    ledger,
    restoring,
    own: async (step, made, overwritten = []) => {
      const paths = new Map<WorkspacePath, { left: LeftState; made: boolean }>();
      for (const at of made) paths.set(path(at), { left: await leftAt(at), made: true });
      for (const at of overwritten) paths.set(path(at), { left: await leftAt(at), made: false });
      ledger.claim(step, paths, undefined);
    },
    view: (step) => TaskView.open(step.task, states, ledger),
    output: async (at, blind = false) => {
      const left = await leftAt(at);
      if (left.kind === 'file') return { ...left, path: path(at), place: await archive(at), blind };
      return { ...left, path: path(at), blind };
    },
  };
}

export function textAt(world: World, at: string): string {
  return readFileSync(joinPath(world.root, at), 'utf8');
}
