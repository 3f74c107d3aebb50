import type { MissReason } from '../cache/miss-reason.ts';

/** Differences of one sort. */
export interface ReasonGroup {
  readonly first: MissReason;
  /** All of them, the first included. */
  readonly reasons: readonly MissReason[];
}

/** By code and kind of change, the largest group last: what stands alone tells most. */
export function groupReasons(reasons: readonly MissReason[]): ReasonGroup[] {
  const groups = new Map<string, MissReason[]>();
  for (const reason of reasons) {
    const sort = `${reason.code} ${'change' in reason ? reason.change : ''}`;
    groups.set(sort, [...(groups.get(sort) ?? []), reason]);
  }
  const all = [...groups.values()].flatMap((group): ReasonGroup[] => (group[0] === undefined ? [] : [{ first: group[0], reasons: group }]));
  return all.sort((a, b) => a.reasons.length - b.reasons.length);
}
