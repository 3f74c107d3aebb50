import { kindOf, sameStamp, type Stamp } from '../base/files.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { PathHistory } from '../execute/trace/trace.ts';
import { isExecutable, permissionsOf, stampIn, type FileState } from './file-state.ts';
import type { Draft, Evidence } from './evidence.ts';
import { gitPart } from './git-directory.ts';
import { stillStands } from './ownership.ts';
import type { OwnPath } from './task-view.ts';
import type { NotStoredReason } from './not-stored.ts';
import { isBuildInfo } from './tool-state.ts';

/** Adds to `draft` what one path means for the step. */
export function classifyPath(path: WorkspacePath, traced: PathHistory, evidence: Evidence, draft: Draft): void {
  const history = evidence.isIgnoredInput(path) ? unseen(traced) : traced;
  const git = gitPart(path);
  if (git === 'private') return;
  const now = evidence.now(path);
  const own = ownAt(path, history, evidence.ownBefore);
  const isChanged = reallyChanged(history, now);
  if (git === 'index' && (isChanged || history.statOnly)) return;
  if (path.startsWith('../') && (isChanged || goneSince(history, now))) return;

  const isLookedAt = !isChanged && !goneSince(history, now);
  if (!isLookedAt && history.contradicted && own?.owner !== evidence.owner) changedMeanwhile(path, evidence, draft);
  if (git !== undefined && isChanged) refuse({ code: 'wrote-outside', path }, evidence, draft);
  else if (isLookedAt) lookedAt(path, history, now, own, evidence, draft);
  else if (now.kind === 'absent') goneNow(path, history, own, evidence, draft);
  else if (history.before === undefined) made(path, history, now, evidence, draft);
  else changedWhatStood(path, history, history.before, now, own, evidence, draft);
}

/** The step left the path as it found it. */
function lookedAt(
  path: WorkspacePath,
  history: PathHistory,
  now: FileState,
  own: OwnPath | undefined,
  evidence: Evidence,
  draft: Draft,
): void {
  const { before } = history;
  if (own?.owner === evidence.owner) {
    if (stillStands(own.left, now)) draft.carried.add(path);
    else changedMeanwhile(path, evidence, draft);
    return;
  }
  if (history.contradicted) return changedMeanwhile(path, evidence, draft);
  if (before === undefined) {
    if (now.kind === 'absent' || evidence.moved.has(path)) draft.absences.push(path);
    else changedMeanwhile(path, evidence, draft);
    return;
  }
  if (kindOf(before) === 'directory') {
    if (now.kind !== 'directory') changedMeanwhile(path, evidence, draft);
    else if (!history.names && !evidence.wasLeftOver(path)) draft.directories.push(path);
    return;
  }
  if (isSameSince(before, now, history.restamped)) addContent(path, now, evidence, draft);
  else changedMeanwhile(path, evidence, draft);
}

/** Nothing was there, and now the step's work is. */
function made(path: WorkspacePath, history: PathHistory, now: FileState, evidence: Evidence, draft: Draft): void {
  if (history.looked) draft.absences.push(path);
  if (now.kind === 'other') refuse({ code: 'unsupported-output', path }, evidence, draft);
  else draft.written.set(path, { blind: !history.looked, made: true });
}

/** Something was there, and the step changed it. */
function changedWhatStood(
  path: WorkspacePath,
  history: PathHistory,
  before: Stamp,
  now: FileState,
  own: OwnPath | undefined,
  evidence: Evidence,
  draft: Draft,
): void {
  if (now.kind === 'other') return refuse({ code: 'unsupported-output', path }, evidence, draft);
  const isMadeAnew = history.removed && !history.keptBytes;
  if (isMadeAnew && own === undefined && now.kind === 'directory') {
    // What was in it is judged by itself.
    draft.written.set(path, { blind: false, made: evidence.isGitIgnored(path) });
    return;
  }
  const isBlind = !history.looked && (!history.keptBytes || evidence.isIgnoredOutput(path));
  if (own || isBlind) {
    if (own && !isBlind && own.index < evidence.index) addContent(path, own.state, evidence, draft);
    // What was appended to is still somebody's work.
    const isMade = isBlind && !history.keptBytes && evidence.isGitIgnored(path);
    draft.written.set(path, { blind: isBlind, made: own?.made ?? isMade });
    return;
  }
  changedForeign(path, history, before, now, evidence, draft);
}

/** What stood there was nobody's of the task's, and was looked at or went on into what stands there now. */
function changedForeign(path: WorkspacePath, history: PathHistory, before: Stamp, now: FileState, evidence: Evidence, draft: Draft): void {
  const digest = evidence.knownDigest(path, before);
  const isExcluded = evidence.isExcludedInput(path);
  if (keepsContent(before, now, digest) && (history.keptBytes || !isExcluded)) return addContent(path, now, evidence, draft);
  if (history.keptBytes && evidence.isIgnoredInput(path)) {
    // Looks mean nothing, but what is no input would go on into an output.
    draft.refusals.push({ code: 'modified-foreign', path });
  } else if (isExcluded) {
    draft.written.set(path, { blind: false, made: false });
  } else if (evidence.isIgnoredOutput(path)) {
    addFormer(path, before, evidence, draft);
    if (digest !== undefined) draft.written.set(path, { blind: false, made: false });
  } else if (!evidence.isGitIgnored(path)) {
    draft.refusals.push({ code: 'modified-input', path });
  } else if (digest === undefined || history.keptBytes) {
    draft.refusals.push({ code: 'modified-foreign', path });
    // From now on it is the task's own work, so that the next result can be stored.
    if (history.removed && !history.keptBytes) draft.written.set(path, { blind: false, made: true });
  } else {
    addFormer(path, before, evidence, draft);
    draft.written.set(path, { blind: false, made: false });
  }
}

/** Nothing is there any more. */
function goneNow(path: WorkspacePath, history: PathHistory, own: OwnPath | undefined, evidence: Evidence, draft: Draft): void {
  if (history.before === undefined) {
    if (history.looked) draft.absences.push(path);
    return;
  }
  const isRead = history.looked && !history.statOnly;
  if (own === undefined && !evidence.wasLeftOver(path)) {
    if (evidence.isIgnoredOutput(path) && isRead && kindOf(history.before) !== 'directory')
      addFormer(path, history.before, evidence, draft);
    removedForeign(path, evidence, draft);
    return;
  }
  if (own && own.index < evidence.index && isRead) addContent(path, own.state, evidence, draft);
  draft.removals.push(path);
}

/** Removed, or moved away with the directory around it, was what is nobody's of the task's. */
export function removedForeign(path: WorkspacePath, evidence: Evidence, draft: Draft): void {
  if (evidence.isIgnoredInput(path) && !evidence.isIgnoredOutput(path)) draft.cleared.push(path);
  else refuse({ code: 'deleted-foreign', path }, evidence, draft);
}

export function addContent(path: WorkspacePath, state: FileState, evidence: Evidence, draft: Draft): void {
  if (state.kind === 'file') draft.files.push({ path, digest: state.digest, executable: state.executable });
  else if (state.kind === 'link') draft.links.push({ path, target: state.target });
  else if (state.kind === 'directory') draft.directories.push(path);
  else if (!evidence.isExcludedInput(path)) draft.refusals.push({ code: 'unsupported-output', path });
}

/** What the step looked at and did not leave is an input by what was known of it before. */
function addFormer(path: WorkspacePath, before: Stamp, evidence: Evidence, draft: Draft): void {
  const digest = evidence.knownDigest(path, before);
  if (digest !== undefined) draft.files.push({ path, digest, executable: isExecutable(before.mode) });
  else if (!evidence.isExcludedInput(path)) draft.refusals.push({ code: 'modified-input', path });
}

/** Refuses for what has become of a path, where that means anything. */
function refuse(reason: NotStoredReason & { path: WorkspacePath | string }, evidence: Evidence, draft: Draft): void {
  if (!evidence.isIgnoredOutput(reason.path as WorkspacePath)) draft.refusals.push(reason);
}

export function changedMeanwhile(path: WorkspacePath, evidence: Evidence, draft: Draft): void {
  if (!evidence.isExcludedInput(path)) draft.refusals.push({ code: 'changed-during-run', path });
}

/** The history of a path whose looks mean nothing. */
function unseen(history: PathHistory): PathHistory {
  return { ...history, looked: false, contradicted: false };
}

/** A path that was opened for writing but stands untouched was only looked at. */
function reallyChanged(history: PathHistory, now: FileState): boolean {
  const { before, changed, removed } = history;
  if (!changed || now.kind === 'absent') return false;
  if (before === undefined || removed) return true;
  // A directory's times move with every name made in it.
  if (now.kind === 'directory' && kindOf(before) === 'directory') return permissionsOf(before.mode) !== permissionsOf(now.mode);
  return !sameStamp(before, stampIn(now));
}

/** The step removed it, or made and removed it. */
function goneSince(history: PathHistory, now: FileState): boolean {
  return (history.removed || history.changed) && now.kind === 'absent';
}

function isSameSince(before: Stamp, now: FileState, restamped: boolean): boolean {
  const stamp = stampIn(now);
  if (stamp === undefined) return false;
  return restamped ? isSameFile(before, stamp) : sameStamp(before, stamp);
}

function isSameFile(before: Stamp, stamp: Stamp): boolean {
  return before.ino === stamp.ino && before.size === stamp.size && before.mtimeMs === stamp.mtimeMs;
}

/** The bytes and the permissions are what they were. */
function keepsContent(before: Stamp, now: FileState, digest: string | undefined): boolean {
  if (now.kind !== 'file' || permissionsOf(now.mode) !== permissionsOf(before.mode)) return false;
  return now.digest === digest || (now.stamp !== undefined && isSameFile(before, now.stamp));
}

/** The own path that the history found in place, if its bytes were still the task's when the step came to it. */
function ownAt(path: WorkspacePath, history: PathHistory, ownBefore: Evidence['ownBefore']): OwnPath | undefined {
  const own = ownBefore.get(path);
  if (own === undefined || history.before === undefined) return undefined;
  // Build info that was there before the task vouches for work that the task did not make.
  if (isBuildInfo(path) && !own.made) return undefined;
  if (kindOf(history.before) === 'directory') return own.state.kind === 'directory' ? own : undefined;
  const stamp = stampIn(own.state);
  return stamp !== undefined && sameStamp(stamp, history.before) ? own : undefined;
}
