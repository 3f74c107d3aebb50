import { rmSync } from 'node:fs';
import type { Digest } from '../base/digest.ts';
import { fsPath, joinPath, type WorkspacePath } from '../base/path.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Cache } from './cache.ts';
import type { Entry } from './entry.ts';
import { isFault } from './fault.ts';
import { absent } from './file-state.ts';
import { leftBy } from './held-hits.ts';
import { ignoredOutputsOf } from './ignored.ts';
import { isSameLeft } from './ownership.ts';
import { applyChanges } from './restore.ts';
import type { Pending, TaskView } from './task-view.ts';
import { isBuildInfo } from './tool-state.ts';

/**
 * Keeps an incremental tool from believing that work stands which is gone, and from leaving work that is void. Where the
 * step's build info is still there but other paths of its own have vanished, they are put back from its last entry.
 * Where that cannot be done, or where what the step made rests on what is no longer so, the build info goes, so that the
 * tool emits in full. Called right before a step is executed.
 *
 * A step without build info is left alone: to put back what its user removed would only bring stale files back.
 */
export async function putBackVanished(
  step: PlannedStep,
  key: Digest,
  view: TaskView,
  cache: Cache,
  removedInRun: ReadonlySet<WorkspacePath>,
): Promise<void> {
  const own = [...view.own].filter(([, { owner }]) => owner === step.owner).map(([path]) => path);
  const buildInfo = own.filter(isBuildInfo);
  if (buildInfo.length === 0) return;
  const ref = cache.ledger.lastEntry(step.owner);
  const entry = ref?.key === key ? await cache.store.entry(ref.key, ref.id) : undefined;
  const isIgnored = entry ? ignoredOutputsOf(entry, step) : () => false;
  const vanished = vanishedPaths(step, view, cache).filter((path) => !isIgnored(path));
  const isMeant = vanished.some((path) => removedInRun.has(path));
  const isSound =
    entry !== undefined &&
    !isMeant &&
    !(
      ref?.isOld &&
      madeMore(
        entry,
        own.filter((path) => !isIgnored(path)),
      )
    ) &&
    !(await restsOnLost(entry, cache));
  if (isSound && vanished.length === 0) return;
  if (!isSound || !(await putBack(step, entry, vanished, cache))) {
    for (const path of buildInfo) rmSync(fsPath(joinPath(cache.root, path)), { force: true });
  }
  await view.refresh();
}

function vanishedPaths(step: PlannedStep, view: TaskView, { ledger }: Cache): WorkspacePath[] {
  return [...ledger.ofTask(step.task)].filter(([path, { owner }]) => owner === step.owner && !view.own.has(path)).map(([path]) => path);
}

/** An execution that was not stored made what the entry does not tell the source of. */
function madeMore({ outputs }: Entry, own: readonly WorkspacePath[]): boolean {
  const known = new Set(outputs.map(({ path }) => path));
  return own.some((path) => !known.has(path));
}

/** No incremental tool takes away what it made of a source that is gone, or under settings that have changed. */
async function restsOnLost({ fingerprint: { files } }: Entry, { states }: Cache): Promise<boolean> {
  const now = await states.read(files.map(({ path }) => path));
  return files.some(({ path, digest }) => {
    const state = now.get(path) ?? absent;
    return state.kind === 'absent' || (path.endsWith('.json') && !(state.kind === 'file' && state.digest === digest));
  });
}

/** Whether every path stands again as the step left it. */
async function putBack(
  step: PlannedStep,
  entry: Entry,
  vanished: readonly WorkspacePath[],
  { ledger, states, pool, store, scratch }: Cache,
): Promise<boolean> {
  const now = await states.read(vanished);
  const outputs = new Map(entry.outputs.map((output) => [output.path, output]));
  const changes = new Map<WorkspacePath, Pending>();
  for (const path of vanished) {
    const output = outputs.get(path);
    // What stands there in another state is somebody's edit: the tool shall see it.
    if (now.get(path)?.kind !== 'absent') continue;
    const left = ledger.ownerOf(path)?.left;
    if (output === undefined || left === undefined || !isSameLeft(leftBy(output), left)) return false;
    changes.set(path, { step: step.index, output, made: true, stands: false, found: undefined });
  }
  return !isFault(await applyChanges(step.label, changes, { states, pool, blobs: store.blobs, scratch }));
}
