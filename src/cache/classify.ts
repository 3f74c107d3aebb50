import { kindOf } from '../base/files.ts';
import { isInside, nameOf, parentOf, type WorkspacePath } from '../base/path.ts';
import type { Trace } from '../execute/trace/trace.ts';
import { classifyListing } from './classify-listing.ts';
import { addContent, changedMeanwhile, classifyPath, removedForeign } from './classify-path.ts';
import type { Classified, Draft, Evidence } from './evidence.ts';
import type { FileState } from './file-state.ts';
import { stillStands } from './ownership.ts';
import type { OwnPath } from './task-view.ts';
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
    cleared: [],
    refusals: [],
  };
  // First, since such a write, made through a link, also looks as if somebody else had changed the path.
  refuseWritesOutside(evidence, draft);
  for (const [path, history] of evidence.trace.paths) {
    if (!isToolState(path)) classifyPath(path, history, evidence, draft);
  }
  addMovedTrees(evidence, draft);
  for (const [path, history] of evidence.trace.paths) {
    if (history.names && !isToolState(path)) classifyListing(path, history.names, evidence, draft);
  }
  addCrossedLinks(evidence, draft);
  if (usedBuildInfo(evidence)) carryAll(evidence, draft);
  else requireCarried(evidence, draft);
  return { ...draft, carried: [...draft.carried], removals: topmost(draft.removals), cleared: topmost(draft.cleared) };
}

/**
 * A directory that was moved brings along what the step did not touch by itself. What an earlier step of the task had
 * left there is an input all the same: names and content go on into the outputs.
 */
function addMovedTrees(evidence: Evidence, draft: Draft): void {
  const { trace, moved, ownBefore, wasLeftOver, now } = evidence;
  const names = new Map<WorkspacePath, string[]>();
  for (const { from } of trace.movedTrees) if (trace.paths.get(from)?.before !== undefined) names.set(from, []);
  for (const path of moved) {
    if (draft.written.has(path) || isToolState(path)) continue;
    draft.written.set(path, { blind: false, made: true });
    const wasAt = whereItStood(path, trace);
    if (wasAt === undefined || wasLeftOver(wasAt)) continue;
    const state = now(path);
    const own = ownBefore.get(wasAt);
    if (!evidence.isIgnoredInput(wasAt)) names.get(parentOf(wasAt))?.push(state.kind.slice(0, 1) + nameOf(wasAt));
    if (state.kind === 'directory') names.set(wasAt, []);
    else if (own === undefined) movedForeign(wasAt, state, evidence, draft);
    else if (stillStands(own.left, state)) addContent(wasAt, own.state, evidence, draft);
    else changedMeanwhile(wasAt, evidence, draft);
  }
  for (const [path, found] of names) {
    const isListed = trace.paths.get(path)?.names !== undefined;
    if (!isListed) draft.listings.push({ path, names: found.sort(), own: wasLeftOver(path) });
  }
}

/** Where what becomes of it means nothing, it counts by what it gave to the place that it went to. */
function movedForeign(path: WorkspacePath, state: FileState, evidence: Evidence, draft: Draft): void {
  if (evidence.isIgnoredOutput(path)) addContent(path, state, evidence, draft);
  removedForeign(path, evidence, draft);
}

/** Where a path that was moved with the directories above it stood before the step; `undefined`: the step made or touched it. */
function whereItStood(path: WorkspacePath, { movedTrees, paths }: Trace): WorkspacePath | undefined {
  let at = path;
  let root: WorkspacePath | undefined;
  for (const { from, to } of movedTrees.toReversed()) {
    if (!isInside(to, at)) continue;
    at = `${from}${at.slice(to.length)}` as WorkspacePath;
    root = from;
  }
  const stood = root !== undefined && paths.get(root)?.before !== undefined && !paths.has(at);
  return stood ? at : undefined;
}

function addCrossedLinks({ trace, index, now, ownBefore }: Evidence, draft: Draft): void {
  const known = new Set(draft.links.map(({ path }) => path));
  for (const path of trace.crossedLinks) {
    const state = now(path);
    const isOurs = draft.written.has(path) || (ownBefore.get(path)?.index ?? -1) >= index;
    if (!isOurs && !known.has(path) && !isToolState(path) && state.kind === 'link') draft.links.push({ path, target: state.target });
  }
}

function usedBuildInfo({ trace, ownBefore, owner }: Evidence): boolean {
  return [...ownBefore].some(([path, own]) => {
    const history = trace.paths.get(path);
    return own.owner === owner && own.made && isBuildInfo(path) && history !== undefined && (history.looked || history.keptBytes);
  });
}

/**
 * A tool that used its own build info vouches for all that its last execution came to, whether it looked at it or not;
 * not for what that one had left standing without making it.
 */
function carryAll(evidence: Evidence, draft: Draft): void {
  for (const path of leftAlone('', evidence, draft)) if (evidence.lastOutputs?.has(path) !== false) carry(path, evidence, draft);
}

/**
 * Of any other tool it is not known what its own earlier work was made from: `[ -f x ] || make x` leaves an old one as
 * it is. So what it found of its own and left alone must stand like that for the result to count. That goes for all
 * below a directory that it looked at, if an input of the last execution was not even looked at in this one.
 */
function requireCarried(evidence: Evidence, draft: Draft): void {
  const { trace, owner, ownBefore, restsOnUnseen, now } = evidence;
  if (usedToolCache(evidence)) requireAll(evidence, draft);
  for (const [path, own] of ownBefore) {
    const isLookedAt = own.owner === owner && own.state.kind === 'directory' && trace.paths.get(path)?.looked === true;
    if (!isLookedAt || !restsOnUnseen) continue;
    for (const below of leftAlone(path, evidence, draft)) carry(below, evidence, draft);
  }
  for (const path of draft.carried) if (now(path).kind !== 'directory') addContent(path, now(path), evidence, draft);
}

/** A well-known one, or what a tool said to mean nothing, be it read or written. */
function usedToolCache({ trace, isIgnoredInput, isIgnoredOutput }: Evidence): boolean {
  return [...trace.paths].some(([path, { before, looked, statOnly }]) => {
    const isRead = before !== undefined && kindOf(before) === 'file' && looked && !statOnly;
    return isRead && (isToolState(path) || (isIgnoredInput(path) && isIgnoredOutput(path)));
  });
}

/** A tool that read a cache of its own may have left alone what it believes to stand, without a look at it. */
function requireAll(evidence: Evidence, draft: Draft): void {
  for (const path of leftAlone('', evidence, draft)) carry(path, evidence, draft);
  const lost = [...evidence.vanished].find((path) => !evidence.isIgnoredOutput(path) && evidence.now(path).kind === 'absent');
  if (lost !== undefined) draft.refusals.push({ code: 'outputs-gone', path: lost });
}

/** The step's own paths at or below a directory that stand, that mean something, and that it did not write. */
function leftAlone(directory: WorkspacePath | '', evidence: Evidence, draft: Draft): WorkspacePath[] {
  const { ownBefore, owner, now, isIgnoredOutput } = evidence;
  const isLeft = ([path, own]: readonly [WorkspacePath, OwnPath]) =>
    own.owner === owner && isInside(directory, path) && !draft.written.has(path) && now(path).kind !== 'absent' && !isIgnoredOutput(path);
  return [...ownBefore].filter(isLeft).map(([path]) => path);
}

function carry(path: WorkspacePath, evidence: Evidence, draft: Draft): void {
  const own = evidence.ownBefore.get(path);
  if (own && stillStands(own.left, evidence.now(path))) draft.carried.add(path);
  else changedMeanwhile(path, evidence, draft);
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
