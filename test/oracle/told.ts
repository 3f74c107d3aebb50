import { kindOf, type Stamp } from '../../src/base/files.ts';
import { isInside, type AbsolutePath } from '../../src/base/path.ts';
import type { RawEvent } from '../../src/execute/trace/raw-trace.ts';
import { keyOf, type Deed, type Fact } from './facts.ts';

/** What a trace tells of the workspace, in the words of facts. */
export interface Told {
  readonly facts: ReadonlyMap<string, Fact>;
  /** Changes of names, in their order. */
  readonly changes: readonly string[];
}

export function toldBy(events: readonly RawEvent[], root: AbsolutePath): Told {
  const facts = new Map<string, Fact>();
  const changes: string[] = [];
  for (const event of events) {
    const fact = factOf(event);
    if (!isInside(root, fact.path) && !(fact.to !== undefined && isInside(root, fact.to))) continue;
    facts.set(keyOf(fact), fact);
    if (isChange(event) && isInside(root, fact.path)) changes.push(keyOf(fact));
  }
  return { facts, changes };
}

function isChange({ kind }: RawEvent): boolean {
  return kind === 'mkdir' || kind === 'remove' || kind === 'rename' || kind === 'link' || kind === 'symlink';
}

function factOf(event: RawEvent): Fact {
  const { path } = event;
  switch (event.kind) {
    case 'read':
      return { deed: lookOr('read', event), path };
    case 'stat':
      return { deed: lookOr('look', event), path };
    case 'readlink':
    case 'list':
      return { deed: event.before === undefined ? 'absence' : event.kind, path };
    case 'executed':
      return { deed: 'execute', path };
    case 'rename':
    case 'link':
      return { deed: event.kind, path, to: event.to };
    default:
      return { deed: event.kind, path };
  }
}

function lookOr(deed: Deed, { nofollow, before }: { readonly nofollow: boolean; readonly before?: Stamp }): Deed {
  if (before === undefined) return nofollow ? 'absence' : 'absence behind link';
  return nofollow && kindOf(before) === 'link' ? 'look at link' : deed;
}
