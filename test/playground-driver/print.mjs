export function print(line = '') {
  process.stdout.write(`${line}\n`);
}

export function heading(title) {
  print(`\n=== ${title} ===\n`);
}

/** A row per run: what it hit, and how long it took. */
export function table(runs) {
  const figures = ['hits', 'misses', 'notStored'];
  const width = Math.max(...runs.map(({ title }) => title.length));
  heading('Result');
  print(`${''.padEnd(width)}  hits  misses  not stored  seconds`);
  for (const { title, totals, seconds } of runs) {
    const [hits, misses, notStored] = figures.map((name) => String(totals?.[name] ?? '–'));
    print(
      `${title.padEnd(width)}  ${hits.padStart(4)}  ${misses.padStart(6)}  ${notStored.padStart(10)}  ${seconds.toFixed(2).padStart(7)}`,
    );
  }
}
