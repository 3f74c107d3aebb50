import { isInside, type AbsolutePath } from '../../src/base/path.ts';
import { findShape, type Shape } from './call-shapes.ts';
import { effectOf } from './effects.ts';
import { keyOf, type Deed, type Fact } from './facts.ts';
import { pathOf, type Directory, type FileTree } from './file-tree.ts';
import { placeOf, type Place } from './places.ts';
import type { Argument, Call } from './strace-log.ts';
import { triesOf } from './tries.ts';

/** What the calls of a log did in the workspace. */
export interface Truth {
  readonly facts: ReadonlyMap<string, Fact>;
  /** Changes that failed, or whose process was killed in the middle: they may be told as changes, but need not. */
  readonly attempts: ReadonlySet<string>;
  /** Changes of names that happened, in their order. */
  readonly changes: readonly string[];
  /** Directories that were really read, of those that were opened. */
  readonly listed: ReadonlySet<string>;
  /** Paths of the workspace of descriptors that no call of the log has opened. */
  readonly unexplained: ReadonlySet<AbsolutePath>;
  /** What of the log is not compared, and how often. */
  readonly dropped: ReadonlyMap<string, number>;
  /** How many calls there were that the helper traps unless the shim makes them. */
  readonly calls: number;
}

interface Process {
  readonly cwd: { directory: Directory | undefined };
  readonly descriptors: Map<number, string>;
}

/** Follows a log of `strace -f -y -i` around a trace helper: names, links, directories and processes, call by call. */
export class Replay implements Truth {
  readonly facts = new Map<string, Fact>();
  readonly attempts = new Set<string>();
  readonly changes: string[] = [];
  readonly listed = new Set<string>();
  readonly unexplained = new Set<AbsolutePath>();
  readonly dropped = new Map<string, number>();
  calls = 0;
  readonly #root: AbsolutePath;
  readonly #tree: FileTree;
  readonly #processes = new Map<number, Process>();
  readonly #started = new Set<number>();
  readonly #tries: ReadonlySet<Call>;

  constructor(calls: readonly Call[], { root, cwd, tree }: { root: AbsolutePath; cwd: AbsolutePath; tree: FileTree }) {
    this.#root = root;
    this.#tree = tree;
    this.#tries = triesOf(calls);
    const helper = calls[0]?.pid ?? 0;
    const tasks = new Set(calls.filter(({ pid, name }) => pid === helper && forks.has(name)).map(({ result }) => result));
    this.#processes.set(helper, { cwd: { directory: this.#directory(cwd) }, descriptors: new Map() });
    for (const { call, isEnd } of inTime(calls)) {
      // Between its fork and its exec the task is the helper's own code.
      if (tasks.has(call.pid) && !isEnd && call.name === 'execve') this.#started.add(call.pid);
      if (call.pid === helper || (tasks.has(call.pid) && !this.#started.has(call.pid))) {
        if (!isEnd) this.#fork(call);
      } else if (isEnd) this.#leave(call);
      else this.#enter(call);
    }
  }

  /** Where the paths of calls really led. */
  readonly #reached = new Set<AbsolutePath>();
  /** Where directories were renamed to, with what was open in them. */
  readonly #moved = new Set<AbsolutePath>();
  readonly #places = new Map<Call, readonly (Place | undefined)[]>();

  #enter(call: Call): void {
    this.#fork(call);
    const shape = findShape(call);
    if (shape === undefined) return;
    if (this.#tries.has(call)) return this.#drop('thrown away by the shim: the same call comes again and waits');
    this.calls++;
    if (isAnswered(call)) return this.#drop('answered by the helper: its shim and the memory of it');
    const places: (Place | undefined)[] = [];
    for (const path of shape.paths) {
      const place = this.#locate(call, shape, path);
      places.push(place);
      // Of a first path that leads nowhere, the second is not even looked at.
      if (place === undefined) break;
    }
    this.#places.set(call, places);
  }

  #leave(call: Call): void {
    this.#noteDescriptor(call);
    const shape = findShape(call);
    const [place, to] = this.#places.get(call) ?? [];
    this.#places.delete(call);
    if (shape === undefined || place === undefined || (shape.paths.length > 1 && to === undefined)) return;
    if (call.errno?.startsWith('ERESTART')) return this.#drop('interrupted before it began: it came again');
    const effect = effectOf({ call, shape, place, to });
    if (!effect.facts.some(({ at, second }) => at.isInside || second?.isInside)) this.#drop('outside the workspace');
    for (const { deed, at, second } of effect.facts) if (at.isInside || second?.isInside) this.#add(deed, at, second);
    for (const { deed, at, second } of effect.attempts) this.attempts.add(keyOf(factOf(deed, at, second)));
    if (effect.isChange)
      this.changes.push(...effect.facts.filter(({ at }) => at.isInside).map(({ deed, at, second }) => keyOf(factOf(deed, at, second))));
    if (call.result === undefined) this.#drop('killed in the middle of it');
    effect.apply?.(this.#tree);
    if (shape.kind === 'rename' && effect.isChange && place.entry?.kind === 'directory') this.#moved.add(to?.real ?? place.real);
    if (shape.kind === 'chdir' && call.result === 0)
      this.#cwd(call.pid).directory = place.entry?.kind === 'directory' ? place.entry : undefined;
  }

  #add(deed: Deed, at: Place, second?: Place): void {
    const fact = factOf(deed, at, second);
    this.facts.set(keyOf(fact), fact);
  }

  #locate(call: Call, shape: Shape, { directory, path, follow }: Shape['paths'][number]): Place | undefined {
    const given = path === undefined ? '' : call.args[path]?.string;
    if (given === undefined) return undefined;
    const argument = directory === undefined ? undefined : call.args[directory];
    if (given === '' && !shape.mayBeEmpty) return undefined;
    const base = this.#base(call.pid, argument);
    if (given === '' && shape.kind === 'look') return this.#dropDescriptor(base);
    if (base === undefined && !given.startsWith('/')) {
      this.#drop('by a descriptor of what has no name');
      return shape.kind === 'link' && given === '' ? nameless : undefined;
    }
    const text = this.#behindProc(call.pid, given, follow);
    if (text === undefined) return this.#drop('of a link in /proc');
    const { left, place } = placeOf(this.#tree, this.#root, {
      base: base ?? ('/' as AbsolutePath),
      text,
      follow,
      isElsewhere: text !== given,
    });
    for (const { path, entry } of left) {
      const fact: Fact = { deed: entry === undefined ? 'absence' : 'look', path };
      this.facts.set(keyOf(fact), fact);
    }
    if (place !== undefined) this.#reached.add(place.real);
    return place;
  }

  /** It is `fstat`, which tells nothing that the opening of the file did not. */
  #dropDescriptor(path: AbsolutePath | undefined): undefined {
    const isKnown = path === undefined || this.#reached.has(path) || [...this.#moved].some((directory) => isInside(directory, path));
    if (!isKnown && isInside(this.#root, path)) this.unexplained.add(path);
    return this.#drop('of an open descriptor (fstat)');
  }

  #drop(why: string): undefined {
    this.dropped.set(why, (this.dropped.get(why) ?? 0) + 1);
    return undefined;
  }

  #base(pid: number, argument: Argument | undefined): AbsolutePath | undefined {
    if (argument?.isDeleted) return undefined;
    if (argument?.path?.startsWith('/')) return argument.path as AbsolutePath;
    const { directory } = this.#cwd(pid);
    return argument === undefined && directory ? pathOf(directory) : undefined;
  }

  /** Links in /proc depend on who looks. `undefined`: the path is such a link itself, not what is behind it. */
  #behindProc(pid: number, text: string, follow: boolean): string | undefined {
    const [, name, rest = ''] = /^\/(?:proc\/(?:self|thread-self|\d+)|dev)\/(cwd|fd\/\d+)(\/.*)?$/s.exec(text) ?? [];
    if (name === undefined) return text;
    if (rest === '' && !follow) return undefined;
    const path = name === 'cwd' ? this.#base(pid, undefined) : this.#process(pid).descriptors.get(Number(name.slice('fd/'.length)));
    return path?.startsWith('/') === true ? `${path}${rest}` : text;
  }

  #noteDescriptor(call: Call): void {
    const { descriptors } = this.#process(call.pid);
    // What a call gave may also be a file without a name.
    if (call.result !== undefined && givesDescriptor.test(call.name)) descriptors.set(call.result, call.resultPath ?? '');
    if (call.name === 'getdents64') this.listed.add(call.args[0]?.path ?? '');
    if (call.name === 'fchdir' && call.result === 0) this.#cwd(call.pid).directory = this.#directory(call.args[0]?.path as AbsolutePath);
  }

  #fork(call: Call): void {
    if (!forks.has(call.name) || call.result === undefined || call.result <= 0) return;
    const { cwd, descriptors } = this.#process(call.pid);
    const shares = call.args.some(({ text }) => text.includes('CLONE_FS'));
    this.#processes.set(call.result, shares ? { cwd, descriptors } : { cwd: { ...cwd }, descriptors: new Map(descriptors) });
  }

  #cwd(pid: number): Process['cwd'] {
    return this.#process(pid).cwd;
  }

  #process(pid: number): Process {
    const process = this.#processes.get(pid);
    if (process === undefined) throw new Error(`the log has no start of process ${pid}`);
    return process;
  }

  #directory(path: AbsolutePath): Directory | undefined {
    const { entry } = this.#tree.find(path, true);
    return entry?.kind === 'directory' ? entry : undefined;
  }
}

/** Relative names that stand nowhere, and how they are opened by `ld.so` and by the shim: see `shared-log.h`. */
const answered: Readonly<Record<string, string>> = {
  'linux-reprise/trace.so': 'O_RDONLY|O_CLOEXEC',
  'linux-reprise/trace-log': 'O_RDWR|O_CLOEXEC',
};

/** The call led to what only the helper has, which lies in memory. */
function isAnswered({ name, args, result, errno, resultPath }: Call): boolean {
  const [directory, path, flags, ...more] = args;
  if (name !== 'openat' || !directory?.text.startsWith('AT_FDCWD') || more.length > 0) return false;
  if (flags === undefined || answered[path?.string ?? ''] !== flags.text) return false;
  return result !== undefined && errno === undefined && resultPath === undefined;
}

/** A file without a name. */
const nameless: Place = {
  path: '/proc' as AbsolutePath,
  isInside: false,
  real: '/proc' as AbsolutePath,
  entry: undefined,
  isLink: false,
  left: [],
};

const givesDescriptor = /^(?:open|creat|dup)/;

const forks = new Set(['clone', 'clone3', 'fork', 'vfork']);

function inTime(calls: readonly Call[]): { call: Call; isEnd: boolean }[] {
  const moments = calls.flatMap((call) => [
    { call, isEnd: false, at: call.enteredAt },
    { call, isEnd: true, at: call.leftAt },
  ]);
  return moments.sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd));
}

function factOf(deed: Deed, at: Place, second?: Place): Fact {
  return second === undefined ? { deed, path: at.path } : { deed, path: at.path, to: second.path };
}
