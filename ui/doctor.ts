import { displayPath } from '../src/base/path.ts';
import type { Finding, Health } from '../src/report/health.ts';
import { palette, type Palette } from './terminal.ts';

/** One line for each thing that caching rests on, and below it what else there is to know or to do. */
export function renderHealth({ canCache, findings }: Health, { hasColors }: { readonly hasColors: boolean }): string {
  const paint = palette(hasColors);
  const verdict = canCache ? paint.green('Caching works here.') : paint.red('Nothing is cached here.');
  return [...findings.flatMap((finding) => findingLines(finding, paint)), '', verdict].join('\n');
}

const widestCheck = 'workspace'.length;

function findingLines({ check, status, text, details = [], hint }: Finding, paint: Palette): string[] {
  const margin = ' '.repeat(widestCheck + 4);
  return [
    `${markOf(status, paint)} ${paint.bold(check.padEnd(widestCheck))}  ${displayPath(text)}`,
    ...details.map((line) => `${margin}${paint.grey(displayPath(line))}`),
    ...(hint === undefined ? [] : [`${margin}${paint.green('hint')}: ${displayPath(hint)}`]),
  ];
}

function markOf(status: Finding['status'], { green, yellow, red }: Palette): string {
  return status === 'good' ? green('✓') : status === 'doubtful' ? yellow('!') : red('✗');
}
