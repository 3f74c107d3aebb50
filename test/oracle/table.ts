import type { Comparison, Count } from './comparison.ts';
import { columns, type Column } from './facts.ts';

/** One line a load: of each kind how many there were, and in per cent how many of them were told, and of what was told how much is true. */
export function comparisonTable(rows: ReadonlyMap<string, Comparison>): string {
  const lines = [
    ['', ...columns],
    ...[...rows].map(([name, { counts }]) => [name, ...columns.map((column) => cell(counts.get(column)))]),
    ['all', ...columns.map((column) => cell(sum([...rows.values()], column)))],
  ];
  const widths = lines[0]?.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0))) ?? [];
  const table = lines.map((line) =>
    line
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...table, '', 'n/recall/precision', '', ...normalisationLines([...rows.values()]), ''].join('\n');
}

function cell(count: Count | undefined): string {
  if (count === undefined || (count.truth === 0 && count.told === 0)) return '-';
  return `${count.truth}/${percent(count.truth - count.lost, count.truth)}/${percent(count.told - count.invented, count.told)}`;
}

/** Never rounded up to the whole. */
function percent(part: number, whole: number): string {
  return whole === 0 ? '100' : String(Math.floor((part / whole) * 1000) / 10);
}

function sum(all: readonly Comparison[], column: Column): Count {
  const total: Count = { truth: 0, lost: 0, told: 0, invented: 0 };
  for (const { counts } of all) {
    const count = counts.get(column);
    if (count === undefined) continue;
    for (const key of ['truth', 'lost', 'told', 'invented'] as const) total[key] += count[key];
  }
  return total;
}

function normalisationLines(all: readonly Comparison[]): string[] {
  const totals = new Map<string, number>();
  for (const { normalised } of all) for (const [why, count] of normalised) totals.set(why, (totals.get(why) ?? 0) + count);
  return ['left out of the comparison:', ...[...totals].map(([why, count]) => `${String(count).padStart(9)}  ${why}`)];
}
