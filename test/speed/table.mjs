/** Prints the medians of each runner's samples, and how the first runner compares with each other one. */
export function printTable(title, samples) {
  const names = [...new Set(samples.map(({ runner }) => runner))].sort(oursFirst);
  const rows = names.map((name) =>
    summarize(
      name,
      samples.filter(({ runner }) => runner === name),
    ),
  );
  const [ours] = rows;
  if (ours === undefined) return;
  print(`${title}`);
  for (const row of rows) {
    const ratio =
      row === ours ? '' : `reprise takes ${(ours.wall / row.wall).toFixed(2)} × the time, ${(ours.cpu / row.cpu).toFixed(2)} × the CPU`;
    const hits = row.hits === undefined ? '' : `${row.hits} hits`;
    print(
      `  ${row.name.padEnd(18)}${ms(row.wall)} (${ms(row.least)} to ${ms(row.most)})  CPU ${ms(row.cpu)}  ${row.peak.toFixed(0).padStart(5)} MB  ${hits.padEnd(11)}${ratio}`.trimEnd(),
    );
  }
  print('');
}

export function print(text) {
  process.stdout.write(`${text}\n`);
}

function summarize(name, samples) {
  const of = (field) => samples.map((sample) => sample[field]);
  const wall = of('wallMs');
  return {
    name,
    wall: median(wall),
    least: Math.min(...wall),
    most: Math.max(...wall),
    cpu: median(of('cpuMs')),
    peak: median(of('peakMb')),
    hits: samples[0].hits === undefined ? undefined : median(of('hits')),
  };
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function ms(milliseconds) {
  return `${milliseconds.toFixed(0).padStart(5)} ms`;
}

function oursFirst(a, b) {
  return Number(b.startsWith('reprise')) - Number(a.startsWith('reprise'));
}
