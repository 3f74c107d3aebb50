import { differences } from '../tree.mjs';

const shownDifferences = 20;

export function exitProblems({ title, exitCode, signal }) {
  return exitCode === 0 ? [] : [`${title}: ended with ${signal ?? `exit code ${exitCode}`}`];
}

export function cacheProblems({ title, totals, cacheFaults = [] }) {
  if (totals === undefined) return [`${title}: left no run record`];
  const faults = cacheFaults.map((detail) => `${title}: cache fault: ${detail}`);
  return totals.notStored === 0 ? faults : [...faults, `${title}: ${totals.notStored} results were not stored`];
}

/** Whatever the cold run executed and stored must hit now. */
export function hitProblems({ title, totals }, cold) {
  if (totals === undefined || cold.totals === undefined) return [];
  const expected = cold.totals.misses;
  if (totals.misses === 0 && totals.hits === expected && expected > 0) return [];
  return [`${title}: ${totals.hits} hits and ${totals.misses} misses, not ${expected} hits`];
}

export function treeProblems(title, expected, actual) {
  const lines = differences(expected, actual);
  const shown = lines.slice(0, shownDifferences).map((line) => `${title}: differs at ${line}`);
  const hidden = lines.length - shown.length;
  return hidden > 0 ? [...shown, `${title}: and ${hidden} differences more`] : shown;
}
