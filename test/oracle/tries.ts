import { findShape, type Shape } from './call-shapes.ts';
import type { Call } from './strace-log.ts';

/**
 * Calls of the shim that it threw away, because it could not note for certain what they found: the call that its process
 * makes next is a trapped one of the same kind for the same path, and that one counts.
 */
export function triesOf(calls: readonly Call[]): ReadonlySet<Call> {
  const tries = new Set<Call>();
  const last = new Map<number, Call>();
  for (const call of calls) {
    const before = last.get(call.pid);
    last.set(call.pid, call);
    if (before?.isFree && !call.isFree && isSameKind(before, call) && isSamePath(before, call)) tries.add(before);
  }
  return tries;
}

/** A FIFO that the shim has opened is only looked at again. */
function isSameKind(a: Call, b: Call): boolean {
  const [one, other] = [findShape(a), findShape(b)];
  if (one === undefined || other === undefined) return false;
  if (one.kind === 'open' && other.kind === 'open') return isEqual(flagsOfOpen(one), flagsOfOpen(other));
  return one.kind === other.kind || (one.kind === 'open' && other.kind === 'look');
}

/** The shim never follows a link at the end itself. */
function flagsOfOpen({ flags }: Shape): ReadonlySet<string> {
  return new Set([...flags].filter((flag) => flag !== 'O_NOFOLLOW'));
}

function isEqual(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((flag) => b.has(flag));
}

function isSamePath(a: Call, b: Call): boolean {
  const [one, other] = [pathArguments(a), pathArguments(b)];
  return one !== undefined && other !== undefined && one.path !== '' && one.path === other.path && one.directory === other.directory;
}

function pathArguments(call: Call): { readonly path: string | undefined; readonly directory: string } | undefined {
  const [at] = findShape(call)?.paths ?? [];
  if (at?.path === undefined) return undefined;
  const directory = at.directory === undefined ? '' : (call.args[at.directory]?.text ?? '');
  return { path: call.args[at.path]?.string, directory: directory.startsWith('AT_FDCWD') ? '' : directory };
}
