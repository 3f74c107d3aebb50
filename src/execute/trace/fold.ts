import { kindOf, sameStamp, type Stamp } from '../../base/files.ts';
import { isInside, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../../base/path.ts';
import { LinkWalk } from './link-walk.ts';
import type { Incomplete, ListedName, RawEvent, RawTrace } from './raw-trace.ts';
import type { PathHistory, Trace } from './trace.ts';

/** Resolves links and folds the events of a raw trace into one history per path. Reads links, changes nothing. */
export function foldTrace(raw: RawTrace, root: AbsolutePath): Trace {
  const fold = new Fold(root, linksMade(raw.events));
  for (const event of raw.events) fold.add(event);
  const incomplete = raw.incomplete ?? fold.incomplete;
  return {
    paths: fold.paths,
    crossedLinks: fold.crossedLinks,
    programs: fold.programs,
    writtenOutside: fold.writtenOutside,
    movedTrees: fold.movedTrees,
    network: raw.network,
    variables: raw.variables,
    ...(incomplete && { incomplete }),
  };
}

type Draft = { -readonly [Member in keyof PathHistory]: PathHistory[Member] };

class Fold {
  readonly paths = new Map<WorkspacePath, Draft>();
  readonly crossedLinks = new Set<WorkspacePath>();
  readonly programs = new Map<AbsolutePath, Stamp | undefined>();
  readonly writtenOutside = new Map<AbsolutePath, Stamp | undefined>();
  readonly movedTrees: { from: WorkspacePath; to: WorkspacePath }[] = [];
  incomplete: Incomplete | undefined;
  readonly #root: AbsolutePath;
  readonly #walk: LinkWalk;

  constructor(root: AbsolutePath, linksMade: Iterable<AbsolutePath>) {
    this.#root = root;
    this.#walk = new LinkWalk(root);
    for (const link of linksMade) this.#walk.expect(link);
  }

  add(event: RawEvent): void {
    switch (event.kind) {
      case 'read':
        return this.#look(this.#resolve(event.path, !event.nofollow), event.before, false);
      case 'stat':
        return this.#look(this.#resolve(event.path, !event.nofollow), event.before, true);
      case 'readlink':
        return this.#look(this.#resolve(event.path, false), event.before, false);
      case 'list':
        return this.#look(this.#resolve(event.path, true), event.before, false, event.names);
      case 'executed':
        if (!this.programs.has(event.path)) this.programs.set(event.path, event.before);
        if (isInside(this.#root, event.path)) this.#look(this.#resolve(event.path, true), event.before, false);
        return;
      case 'write':
        return this.#change(event.path, true, event.before, event.keeps);
      case 'chmod':
        return this.#change(event.path, true, event.before, true);
      case 'mkdir':
        return this.#change(event.path, false, event.before, false);
      case 'symlink':
        this.#change(event.path, false, event.before, false);
        return this.#walk.appears(event.path);
      case 'remove':
        return this.#remove(event.path, event.before);
      case 'link':
        return this.#link(event);
      case 'rename':
        return this.#rename(event);
    }
  }

  #look(path: WorkspacePath, before: Stamp | undefined, statOnly: boolean, names?: readonly ListedName[]): void {
    const draft = this.#draft(path, before);
    if (!isUntouched(draft, before)) return;
    draft.looked = true;
    draft.statOnly &&= statOnly;
    draft.names ??= names;
  }

  #change(at: AbsolutePath, follow: boolean, before: Stamp | undefined, keepsBytes: boolean): void {
    if (this.#noteOutside(at, follow, before)) return;
    const draft = this.#draft(this.#resolve(at, follow), before);
    if (isUntouched(draft, before)) draft.keptBytes ||= keepsBytes;
    draft.changed = true;
  }

  #remove(at: AbsolutePath, before: Stamp | undefined): void {
    if (this.#noteOutside(at, false, before)) return;
    this.#draft(this.#resolve(at, false), before).removed = true;
  }

  #link(event: RawEvent & { kind: 'link' }): void {
    if (isInside(this.#root, event.path)) {
      const source = this.#resolve(event.path, false);
      this.#look(source, event.before, false);
      this.#draft(source, event.before).restamped = true;
    }
    this.#change(event.to, false, event.beforeTo, false);
  }

  #rename(event: RawEvent & { kind: 'rename' }): void {
    this.#lookAtMoved(event.path, event.before);
    if (event.exchange) return this.#exchange(event);
    this.#remove(event.path, event.before);
    this.#change(event.to, false, event.beforeTo, false);
    this.#walk.appears(event.to);
    if (isDirectory(event.before)) this.#moveTree(event.path, event.to);
  }

  #exchange(event: RawEvent & { kind: 'rename' }): void {
    this.#lookAtMoved(event.to, event.beforeTo);
    this.#change(event.path, false, event.before, false);
    this.#change(event.to, false, event.beforeTo, false);
    if (isDirectory(event.before) || isDirectory(event.beforeTo)) {
      this.incomplete ??= { program: 'the command', why: `it exchanged '${event.path}' with another name` };
    }
  }

  /** What is moved without having been written before gives its content to the destination. */
  #lookAtMoved(at: AbsolutePath, before: Stamp | undefined): void {
    if (before && !isDirectory(before) && isInside(this.#root, at)) this.#look(this.#resolve(at, false), before, false);
  }

  #moveTree(fromPath: AbsolutePath, toPath: AbsolutePath): void {
    const from = this.#resolve(fromPath, false);
    const to = this.#resolve(toPath, false);
    if (to.startsWith('../')) return;
    this.movedTrees.push({ from, to });
    for (const [path, draft] of this.paths) {
      if (path === from || !isInside(from, path)) continue;
      const mayStand = draft.before !== undefined || draft.changed;
      if (!mayStand) continue;
      this.#draft(`${to}${path.slice(from.length)}` as WorkspacePath, undefined).changed = true;
      if (!draft.changed && !draft.removed) Object.assign(draft, { looked: true, statOnly: false });
      draft.removed = true;
    }
  }

  /** Notes a change outside the workspace; true when it was one. */
  #noteOutside(at: AbsolutePath, follow: boolean, before: Stamp | undefined): boolean {
    const { path } = this.#walk.resolve(at, follow);
    if (isInside(this.#root, path)) return false;
    if (!this.writtenOutside.has(path)) this.writtenOutside.set(path, before);
    return true;
  }

  #resolve(at: AbsolutePath, follow: boolean): WorkspacePath {
    const { path, crossed } = this.#walk.resolve(at, follow);
    for (const link of crossed) this.crossedLinks.add(toWorkspacePath(this.#root, link));
    return toWorkspacePath(this.#root, path);
  }

  /** The history of a path, which stands as `now` right before this event. */
  #draft(path: WorkspacePath, now: Stamp | undefined): Draft {
    const draft = this.paths.get(path);
    if (draft === undefined) {
      const fresh = untouched(now);
      this.paths.set(path, fresh);
      return fresh;
    }
    // Once the execution itself has changed a path, a different stamp proves nothing.
    const isOurs = draft.changed || draft.removed || draft.restamped;
    if (!isOurs && !agree(draft.before, now)) draft.contradicted = true;
    return draft;
  }
}

/** Where the execution made a link and none had been: what it did there before was not done through that link. */
function linksMade(events: readonly RawEvent[]): Set<AbsolutePath> {
  const made = new Set<AbsolutePath>();
  const replaced = new Set<AbsolutePath>();
  for (const event of events) {
    if ((event.kind === 'remove' || event.kind === 'rename') && isLink(event.before)) replaced.add(event.path);
    if (event.kind === 'rename' && isLink(event.before) && !isLink(event.beforeTo) && !replaced.has(event.to)) made.add(event.to);
    if (event.kind === 'symlink' && !isLink(event.before) && !replaced.has(event.path)) made.add(event.path);
  }
  return made;
}

function isLink(stamp: Stamp | undefined): boolean {
  return stamp !== undefined && kindOf(stamp) === 'link';
}

function untouched(before: Stamp | undefined): Draft {
  return {
    before,
    looked: false,
    statOnly: true,
    names: undefined,
    changed: false,
    keptBytes: false,
    removed: false,
    restamped: false,
    contradicted: false,
  };
}

/** Nothing that the execution did to the path has had an effect so far: what stands there is what stood there at first. */
function isUntouched({ before, changed, removed }: Draft, now: Stamp | undefined): boolean {
  if (!changed && !removed) return true;
  if (before === undefined || now === undefined) return before === now && !(changed && removed);
  return isDirectory(before) ? before.ino === now.ino && before.dev === now.dev : sameStamp(before, now);
}

function isDirectory(stamp: Stamp | undefined): boolean {
  return stamp !== undefined && kindOf(stamp) === 'directory';
}

/** A directory's own stamp moves with every name made in it, so of directories only the kind counts. */
function agree(was: Stamp | undefined, now: Stamp | undefined): boolean {
  if (isDirectory(was) && isDirectory(now)) return true;
  return sameStamp(was, now);
}
