import { median, medianWithInterval } from './interval.mjs';
import { START_MS, strace, targets } from './targets.mjs';

const widths = [12, 11, 22, 22, 22, 22];

export const header = line(['', 'CPU plain', 'CPU traced/plain', 'time traced/plain', 'CPU strace/plain', 'time strace/plain'], 'target');

/** One line of a load: the medians of the paired ratios with their 95 % intervals, and what was to be reached. */
export function loadReport(name, samples, seed) {
  const ratio = (arm, measure) => {
    if (samples[0]?.[arm] === undefined) return undefined;
    return medianWithInterval(
      samples.map((sample) => sample[arm][measure] / sample.plain[measure]),
      seed,
    );
  };
  const traced = ratio('traced', 'cpuMs');
  const others = [ratio('traced', 'wallMs'), ratio('strace', 'cpuMs'), ratio('strace', 'wallMs')];
  const plain = `${median(samples.map(({ plain }) => plain.cpuMs)).toFixed(1)} ms`;
  const verdicts = [...verdictOf(name, traced, samples, seed), ...againstStrace(traced, others[1])];
  return line([name, plain, ...[traced, ...others].map(shownRatio)], verdicts.join('; '));
}

/** The least of each, since whatever else the machine does can only add. */
export function startReport(samples) {
  const least = (arm) => Math.min(...samples.map((sample) => sample[arm].wallMs));
  const added = least('traced') - least('plain');
  const figures = `${least('plain').toFixed(2)} ms plain, ${least('traced').toFixed(2)} ms traced: ${added.toFixed(2)} ms more`;
  return `start        least of ${samples.length}: ${figures}  ${said(added <= START_MS, `at most ${START_MS} ms more`)}`;
}

function verdictOf(name, traced, samples, seed) {
  const target = targets[name];
  if (target === undefined) return [];
  if (target.ratio !== undefined) return [said(traced.low <= target.ratio, `at most ${target.ratio}`)];
  const each = medianWithInterval(
    samples.map(({ traced, plain }) => (traced.cpuMs - plain.cpuMs) / target.times),
    seed,
  );
  const shown = `${each.median.toFixed(3)} (${each.low.toFixed(3)}-${each.high.toFixed(3)}) ms each`;
  return [said(each.low <= target.eachMs, `${shown}, at most ${target.eachMs}`)];
}

function againstStrace(traced, other) {
  const added = (other?.median ?? 1) - 1;
  if (added <= strace.from) return [];
  const share = (traced.median - 1) / added;
  return [said(share < strace.share, `${(share * 100).toFixed(0)} % of what strace adds`)];
}

function said(isMet, text) {
  return `${text}: ${isMet ? 'met' : 'NOT MET'}`;
}

function shownRatio(ratio) {
  return ratio === undefined ? '-' : `${ratio.median.toFixed(3)} (${ratio.low.toFixed(3)}-${ratio.high.toFixed(3)})`;
}

function line(cells, verdict) {
  return `${cells.map((cell, index) => cell.padEnd(widths[index])).join('  ')}  ${verdict}`;
}
