import { columnOf, keyOf, type Column, type Deed, type Fact } from './facts.ts';
import type { Truth } from './replay.ts';
import type { Told } from './told.ts';

export interface Comparison {
  readonly counts: ReadonlyMap<Column, Count>;
  /** Facts that the trace does not tell: each is a bug. */
  readonly lost: readonly string[];
  /** What the trace tells and nobody did. */
  readonly invented: readonly string[];
  /** What was left out of the comparison, and how often. */
  readonly normalised: ReadonlyMap<string, number>;
  /** How many calls had a path, and how many notifications the helper got. What lies between is the work of the shim. */
  readonly calls: number;
  readonly waited: number;
}

export interface Count {
  truth: number;
  lost: number;
  told: number;
  invented: number;
}

/** Compares what was done in the workspace with what the trace tells of it. */
export function compare(truth: Truth, told: Told, waited: number): Comparison {
  const counts = new Map<Column, Count>();
  const normalised = new Map(truth.dropped);
  const countOf = (deed: Deed) => entryOf(counts, columnOf(deed), noCount);
  const drop = (why: string) => normalised.set(why, (normalised.get(why) ?? 0) + 1);
  const lost: string[] = [];
  const invented: string[] = [];
  for (const [key, fact] of truth.facts) {
    const count = countOf(fact.deed);
    count.truth++;
    if (tells(told, fact)) continue;
    count.lost++;
    lost.push(key);
  }
  for (const [key, fact] of told.facts) {
    const excuse = happened(truth, fact) ? undefined : excuseOf(truth, fact);
    if (excuse !== undefined) drop(excuse);
    if (excuse !== undefined) continue;
    const count = countOf(fact.deed);
    count.told++;
    if (happened(truth, fact)) {
      if (fact.deed === 'list' && !truth.listed.has(fact.path)) drop('a directory that was opened and not read counts as listed');
      continue;
    }
    count.invented++;
    invented.push(key);
  }
  for (const path of truth.unexplained) lost.push(`descriptor of ${path}`);
  return { counts, lost, invented, normalised, calls: truth.calls, waited };
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

/** Each tells at least as much as the look. */
const moreThanLook: readonly Deed[] = ['read', 'list', 'execute'];

/** A look is told by whatever tells more of the same path, an absence by that of what a link there might lead to. */
function tells({ facts }: Told, fact: Fact): boolean {
  const isTold = (deed: Deed) => facts.has(keyOf({ ...fact, deed }));
  if (isTold(fact.deed)) return true;
  if (fact.deed === 'look') return moreThanLook.some(isTold);
  if (fact.deed === 'look at link') return isTold('readlink');
  return fact.deed === 'absence' && isTold('absence behind link');
}

function happened({ facts }: Truth, fact: Fact): boolean {
  if (facts.has(keyOf(fact))) return true;
  return fact.deed === 'absence behind link' && facts.has(keyOf({ ...fact, deed: 'absence' }));
}

/** Why the trace may tell what did not happen. */
function excuseOf(truth: Truth, fact: Fact): string | undefined {
  if (truth.attempts.has(keyOf(fact))) return 'a change that failed is told as one, for it might have become one';
  return undefined;
}

/** Both together, without their details. */
export function added(a: Comparison, b: Comparison): Comparison {
  const counts = new Map<Column, Count>();
  const normalised = new Map(a.normalised);
  for (const { counts: part } of [a, b]) {
    for (const [column, count] of part) addCount(entryOf(counts, column, noCount), count);
  }
  for (const [why, count] of b.normalised) normalised.set(why, (normalised.get(why) ?? 0) + count);
  return { counts, normalised, lost: [], invented: [], calls: a.calls + b.calls, waited: a.waited + b.waited };
}

export function addCount(to: Count, count: Count): void {
  for (const key of ['truth', 'lost', 'told', 'invented'] as const) to[key] += count[key];
}

export function noCount(): Count {
  return { truth: 0, lost: 0, told: 0, invented: 0 };
}

/** The changes that happened, in their order, must be among those that were told. */
export function outOfOrder(truth: Truth, told: Told): string | undefined {
  let at = 0;
  for (const change of truth.changes) {
    const found = told.changes.indexOf(change, at);
    if (found < 0) return change;
    at = found + 1;
  }
  return undefined;
}
