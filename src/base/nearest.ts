import { distance } from 'fastest-levenshtein';

/** Up to three of `candidates` that `name` may be a misspelling of, the nearest first. */
export function nearestNames(name: string, candidates: Iterable<string>): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= limit && edits < candidate.length)
    .sort((a, b) => a.edits - b.edits || compareText(a.candidate, b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** A hint from `nearestNames`; `undefined` when nothing is near. */
export function suggestion(name: string, candidates: Iterable<string>): string | undefined {
  const names = nearestNames(name, candidates).map((candidate) => `'${candidate}'`);
  return names.length === 0 ? undefined : `Did you mean ${names.join(' or ')}?`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
