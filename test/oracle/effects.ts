import { isInside, type AbsolutePath } from '../../src/base/path.ts';
import type { Shape } from './call-shapes.ts';
import type { Deed } from './facts.ts';
import type { FileTree } from './file-tree.ts';
import type { Place } from './places.ts';
import type { Call } from './strace-log.ts';

export interface Effect {
  readonly facts: readonly Done[];
  /** What it would have done. */
  readonly attempts: readonly Done[];
  /** It changed names, and each time counts. */
  readonly isChange: boolean;
  readonly apply?: (tree: FileTree) => void;
}

interface Done {
  readonly deed: Deed;
  readonly at: Place;
  readonly second?: Place;
}

interface Made {
  readonly call: Call;
  readonly shape: Shape;
  readonly place: Place;
  readonly to: Place | undefined;
}

/** What a call that had this result did, and what it found out. */
export function effectOf(made: Made): Effect {
  const { call, shape, place, to } = made;
  if (to !== undefined) return ofTwo(made, to);
  const { flags } = shape;
  const failed = call.errno !== undefined || call.result === undefined;
  if (failed) return { facts: [found(made, place)], attempts: attemptsOf(made), isChange: false };
  switch (shape.kind) {
    case 'look':
    case 'chdir':
      return only(found(made, place));
    case 'readlink':
      return only({ deed: 'readlink', at: place });
    case 'execute':
      return only({ deed: 'execute', at: place });
    case 'mkdir':
      return change({ deed: 'mkdir', at: place }, (tree) => tree.putNew(place.real, 'directory'));
    case 'symlink': {
      const target = call.args[0]?.string ?? '';
      return change({ deed: 'symlink', at: place }, (tree) => tree.put(place.real, { kind: 'link', target }));
    }
    case 'remove':
      return change({ deed: 'remove', at: place }, (tree) => tree.remove(place.real));
    case 'mknod':
      return { ...only({ deed: 'write', at: place }), apply: (tree) => tree.putNew(place.real, 'file') };
    case 'chmod':
      return only({ deed: 'chmod', at: place });
    case 'truncate':
      return only({ deed: 'write', at: place });
    case 'open':
      return ofOpen(made, flags);
    case 'rename':
    case 'link':
      throw new Error(`${shape.kind} has two paths`);
  }
}

function only(done: Done): Effect {
  return { facts: [done], attempts: [], isChange: false };
}

function change(done: Done, apply: (tree: FileTree) => void): Effect {
  return { facts: [done], attempts: [], isChange: true, apply };
}

/** What a call that only looks, or that failed, knows of a place by its result. */
function found(made: Made, at: Place): Done {
  const { shape, place } = made;
  const exists = existsBy(made, at);
  const follows = shape.paths[at === place ? 0 : 1]?.follow ?? false;
  if (!exists) return { deed: at.isLink && follows ? 'absence behind link' : 'absence', at };
  return { deed: at.isLink && !follows ? 'look at link' : 'look', at };
}

/** What the call says itself counts for more than the tree, which other processes may have outrun. */
function existsBy({ call, shape, to }: Made, at: Place): boolean {
  if (to === undefined && call.result !== undefined) {
    if (call.errno === undefined) return true;
    // Of a program, its interpreter may be what is missing.
    if (call.errno === 'ENOENT' && shape.kind !== 'execute') return false;
  }
  return at.entry !== undefined;
}

function attemptsOf({ shape, place }: Made): Done[] {
  switch (shape.kind) {
    case 'open':
      return writes(shape.flags) || shape.flags.has('O_CREAT') ? [{ deed: 'write', at: place }] : [];
    case 'mknod':
    case 'truncate':
      return [{ deed: 'write', at: place }];
    case 'mkdir':
    case 'symlink':
    case 'remove':
    case 'chmod':
    case 'execute':
      return [{ deed: shape.kind, at: place }];
    default:
      return [];
  }
}

function writes(flags: ReadonlySet<string>): boolean {
  return flags.has('O_WRONLY') || flags.has('O_RDWR') || flags.has('O_TRUNC');
}

function ofOpen(made: Made, flags: ReadonlySet<string>): Effect {
  const { place } = made;
  if (flags.has('O_PATH') || flags.has('O_TMPFILE')) return only(found(made, place));
  const isNew = flags.has('O_CREAT') && place.entry === undefined;
  if (isNew) return { ...only({ deed: 'write', at: place }), apply: (tree) => tree.putNew(place.real, 'file') };
  if (writes(flags)) return only({ deed: 'write', at: place });
  const isDirectory = place.entry?.kind === 'directory';
  return only({ deed: isDirectory ? 'list' : 'read', at: place });
}

function ofTwo(made: Made, to: Place): Effect {
  const { call, shape, place } = made;
  const done: Done = { deed: shape.kind === 'link' ? 'link' : 'rename', at: place, second: to };
  const exchanges = shape.flags.has('RENAME_EXCHANGE');
  // Two names of one file: the call succeeds and does nothing.
  const changesNothing = shape.kind === 'rename' && place.entry !== undefined && place.entry === to.entry;
  if (call.errno !== undefined || call.result === undefined || changesNothing) {
    // Of a name that is not there, the other does not matter.
    const looks = place.entry === undefined && !isSystemPath(place.path) ? [place] : [place, to];
    return { facts: looks.map((at) => found(made, at)), attempts: [done], isChange: false };
  }
  const { entry } = place;
  // A file that had no name, or none that counts, gets one.
  if (entry === undefined || isSystemPath(place.path)) {
    return { ...only({ deed: 'write', at: to }), apply: (tree) => tree.putNew(to.real, 'file') };
  }
  if (isSystemPath(to.path)) return { ...only({ deed: 'remove', at: place }), apply: (tree) => tree.remove(place.real) };
  return change(done, (tree) => {
    if (shape.kind === 'rename') tree.remove(place.real);
    if (exchanges && to.entry !== undefined) tree.put(place.real, to.entry);
    tree.put(to.real, entry);
  });
}

function isSystemPath(path: AbsolutePath): boolean {
  return isInside('/dev', path) || isInside('/proc', path);
}
