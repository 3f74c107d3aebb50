import { childOf, type WorkspacePath } from '../base/path.ts';
import type { ListedName } from '../execute/trace/raw-trace.ts';
import type { Draft, Evidence } from './evidence.ts';
import { gitPart } from './git-directory.ts';
import { isToolState } from './tool-state.ts';

/** Adds the names of a listed directory as they were when it was first opened, or says that they changed since. */
export function classifyListing(directory: WorkspacePath, names: readonly ListedName[], evidence: Evidence, draft: Draft): void {
  const history = evidence.trace.paths.get(directory);
  if (history?.before === undefined || gitPart(directory) === 'private') return;
  const isOwn = evidence.wasLeftOver(directory);
  const isOurs = (name: string) => isMade(childOf(directory, name), evidence, draft);
  const counts = ({ name }: ListedName) => {
    const path = childOf(directory, name);
    return !isToolState(path) && !evidence.isExcludedInput(path) && !isOurs(name);
  };

  const were = names.filter((entry) => counts(entry) && !evidence.wasLeftOver(childOf(directory, entry.name))).map(tag);
  const are = (evidence.namesNow(directory) ?? [])
    .filter((entry) => counts(entry) && !isOwnStill(childOf(directory, entry.name), evidence))
    .map(tag);

  const isRemovedByStep = (path: WorkspacePath) => evidence.trace.paths.get(path)?.removed === true;
  const changed = differentNames(were, are)
    .map((name) => childOf(directory, name))
    .find((path) => !isRemovedByStep(path) && !evidence.isExcludedInput(path));
  if (changed !== undefined) {
    draft.refusals.push({ code: 'changed-during-run', path: changed });
    return;
  }
  draft.listings.push({ path: directory, names: were.sort(), own: isOwn });
}

function tag({ kind, name }: ListedName): string {
  return kind + name;
}

/** The step itself made the path. What stood there before was seen by whoever listed it, even if the step then overwrote it. */
function isMade(path: WorkspacePath, { trace }: Evidence, draft: Draft): boolean {
  const history = trace.paths.get(path);
  if (history?.before !== undefined) return false;
  return draft.written.has(path) || history?.changed === true;
}

function isOwnStill(path: WorkspacePath, evidence: Evidence): boolean {
  return evidence.wasLeftOver(path) && evidence.now(path).kind !== 'absent';
}

/** The names that only one of the two has. */
function differentNames(were: readonly string[], are: readonly string[]): string[] {
  const before = new Set(were);
  const after = new Set(are);
  return [...are.filter((name) => !before.has(name)), ...were.filter((name) => !after.has(name))].map((tagged) => tagged.slice(1));
}
