import { added, type Comparison, type Count } from './comparison.ts';
import { columns } from './facts.ts';

/** One line a load: of each kind how many there were, and in per cent how many of them were told, and of what was told how much is true; and how many calls had to wait. */
export function comparisonTable(rows: ReadonlyMap<string, Comparison>): string {
  const all = [...rows.values()].reduce(added, { counts: new Map(), normalised: new Map(), lost: [], invented: [], calls: 0, waited: 0 });
  const lines = [
    ['', ...columns, 'waited'],
    ...[...rows, ['all', all] as const].map(([name, { counts, calls, waited }]) => [
      name,
      ...columns.map((column) => cell(counts.get(column))),
      `${waited} of ${calls}`,
    ]),
  ];
  const widths = lines[0]?.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0))) ?? [];
  const table = lines.map((line) =>
    line
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...table, '', 'n/recall/precision', '', ...normalisationLines(all), ''].join('\n');
}

function cell(count: Count | undefined): string {
  if (count === undefined || (count.truth === 0 && count.told === 0)) return '-';
  return `${count.truth}/${percent(count.truth - count.lost, count.truth)}/${percent(count.told - count.invented, count.told)}`;
}

/** Never rounded up to the whole. */
function percent(part: number, whole: number): string {
  return whole === 0 ? '100' : String(Math.floor((part / whole) * 1000) / 10);
}

function normalisationLines({ normalised }: Comparison): string[] {
  return ['left out of the comparison:', ...[...normalised].map(([why, count]) => `${String(count).padStart(9)}  ${why}`)];
}
