import { rmSync } from 'node:fs';
import { fsPath, joinPath, type WorkspacePath } from '../base/path.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Cache } from './cache.ts';
import { isFault } from './fault.ts';
import { applyChanges } from './restore.ts';
import type { Pending, TaskView } from './task-view.ts';
import { isBuildInfo } from './tool-state.ts';

/**
 * Keeps an incremental tool from believing that work stands which is gone: where the step's build info is still there
 * but other paths of its own have vanished, they are put back from its last entry, or, where that cannot be done, the
 * build info goes, so that the tool emits in full. Called right before a step is executed.
 *
 * A step without build info is left alone: to put back what its user removed would only bring stale files back.
 */
export async function putBackVanished(
  step: PlannedStep,
  view: TaskView,
  cache: Cache,
  removedInRun: ReadonlySet<WorkspacePath>,
): Promise<void> {
  const buildInfo = [...view.own].filter(([path, { owner }]) => owner === step.owner && isBuildInfo(path)).map(([path]) => path);
  const vanished = vanishedPaths(step, view, cache);
  if (buildInfo.length === 0 || vanished.length === 0) return;
  const isMeant = vanished.some((path) => removedInRun.has(path));
  if (isMeant || !(await putBack(step, vanished, cache))) {
    for (const path of buildInfo) rmSync(fsPath(joinPath(cache.root, path)), { force: true });
  }
  await view.refresh();
}

function vanishedPaths(step: PlannedStep, view: TaskView, { ledger }: Cache): WorkspacePath[] {
  return [...ledger.ofTask(step.task)].filter(([path, { owner }]) => owner === step.owner && !view.own.has(path)).map(([path]) => path);
}

/** Whether every path stands again as the step left it. */
async function putBack(
  step: PlannedStep,
  vanished: readonly WorkspacePath[],
  { ledger, store, states, pool, scratch }: Cache,
): Promise<boolean> {
  const ref = ledger.lastEntry(step.owner);
  const entry = ref && (await store.entry(ref.key, ref.id));
  if (entry === undefined) return false;
  const now = await states.read(vanished);
  const outputs = new Map(entry.outputs.map((output) => [output.path, output]));
  const changes = new Map<WorkspacePath, Pending>();
  for (const path of vanished) {
    const output = outputs.get(path);
    // What stands there in another state is somebody's edit: the tool shall see it.
    if (now.get(path)?.kind !== 'absent') continue;
    if (output === undefined) return false;
    changes.set(path, { step: step.index, output, made: true, stands: false, found: undefined });
  }
  return !isFault(await applyChanges(step.label, changes, { states, pool, blobs: store.blobs, scratch }));
}
