import { isInside, parentOf, type WorkspacePath } from '../base/path.ts';
import { classifyListing } from './classify-listing.ts';
import { classifyPath } from './classify-path.ts';
import type { Classified, Draft, Evidence } from './evidence.ts';
import { isBuildInfo, isToolState } from './tool-state.ts';

/** Decides what each access means, by the table in `README.md` beside this file. Pure. */
export function classify(evidence: Evidence): Classified {
  const draft: Draft = {
    files: [],
    absences: [],
    links: [],
    directories: [],
    listings: [],
    written: new Map(),
    carried: new Set(),
    removals: [],
    refusals: [],
  };
  for (const [path, history] of evidence.trace.paths) {
    if (!isToolState(path)) classifyPath(path, history, evidence, draft);
  }
  addMovedTrees(evidence, draft);
  for (const [path, history] of evidence.trace.paths) {
    if (history.names && !isToolState(path)) classifyListing(path, history.names, evidence, draft);
  }
  addCrossedLinks(evidence, draft);
  carryAllIfIncremental(evidence, draft);
  refuseWritesOutside(evidence, draft);
  return { ...draft, carried: [...draft.carried], removals: topmost(draft.removals) };
}

/** A directory that was moved brings along what the step did not touch by itself. */
function addMovedTrees({ trace, moved, ownBefore, now }: Evidence, draft: Draft): void {
  for (const path of moved) {
    if (draft.written.has(path) || isToolState(path)) continue;
    draft.written.set(path, { blind: false, made: true });
    const tree = trace.movedTrees.find(({ to }) => isInside(to, path));
    const wasAt = tree && (`${tree.from}${path.slice(tree.to.length)}` as WorkspacePath);
    const stoodBefore = tree && trace.paths.get(tree.from)?.before !== undefined && !trace.paths.has(wasAt as WorkspacePath);
    if (stoodBefore && wasAt !== undefined && !ownBefore.has(wasAt) && now(path).kind !== 'directory') {
      draft.refusals.push({ code: 'deleted-foreign', path: wasAt });
    }
  }
}

function addCrossedLinks({ trace, now, ownBefore }: Evidence, draft: Draft): void {
  const known = new Set(draft.links.map(({ path }) => path));
  for (const path of trace.crossedLinks) {
    const state = now(path);
    const isOurs = draft.written.has(path) || ownBefore.has(path);
    if (!isOurs && !known.has(path) && !isToolState(path) && state.kind === 'link') draft.links.push({ path, target: state.target });
  }
}

/** A tool that used its own build info relies on all that it made earlier, whether it looked or not. */
function carryAllIfIncremental({ trace, ownBefore, owner, now }: Evidence, draft: Draft): void {
  const usedBuildInfo = [...ownBefore].some(
    ([path, own]) => own.owner === owner && isBuildInfo(path) && trace.paths.get(path)?.looked === true,
  );
  if (!usedBuildInfo) return;
  for (const [path, own] of ownBefore) {
    if (own.owner === owner && !draft.written.has(path) && now(path).kind !== 'absent') draft.carried.add(path);
  }
}

function refuseWritesOutside({ trace, changedOutside, isFreeOutside }: Evidence, draft: Draft): void {
  for (const [path, before] of trace.writtenOutside) {
    if (!isFreeOutside(path) && !isGitIndex(path) && changedOutside(path, before)) draft.refusals.push({ code: 'wrote-outside', path });
  }
}

/** The index of a repository that lies above the workspace; refreshing it changes no result. */
function isGitIndex(path: string): boolean {
  return /\/\.git\/(?:.*\/)?index(?:\.lock)?$/.test(path);
}

/** Drops what lies below another of the paths. */
function topmost(paths: readonly WorkspacePath[]): WorkspacePath[] {
  const all = new Set(paths);
  return [...all].filter((path) => {
    for (let above = parentOf(path); above !== ''; above = parentOf(above)) if (all.has(above)) return false;
    return true;
  });
}
