import { unreachable } from '../src/base/diagnostic.ts';
import { describeMiss } from '../src/cache/miss-reason.ts';
import type { Forecast, ForecastAnswer, ForecastStep } from '../src/report/forecast.ts';
import { promptLine } from './step-lines.ts';
import { formatDuration, hitPercentage } from './summary.ts';
import { palette, type Palette } from './terminal.ts';

/** The text of `--dry-run`: a line for each step, in the order in which they would start at the earliest. */
export function renderForecast(forecast: Forecast, { hasColors }: { readonly hasColors: boolean }): string {
  const paint = palette(hasColors);
  const steps = stepsOf(forecast);
  const hits = steps.filter(({ answer }) => answer.kind === 'hit').length;
  const misses = steps.filter(({ answer }) => answer.kind === 'miss').length;
  const share = hits + misses === 0 ? '' : `${hits}/${hits + misses} cache hit (${hitPercentage({ hits, misses })}%), `;
  return [
    ...steps.map((step) => stepLine(step, paint)),
    ...forecast.notes.map((note) => paint.grey(`note: ${note}`)),
    paint.grey('---'),
    `${paint.bold('reprise run:')} ${share}nothing was run.`,
  ].join('\n');
}

function stepsOf({ tasks }: Forecast): ForecastStep[] {
  return tasks.flatMap(({ steps }) => steps.flatMap((step) => ('run' in step ? stepsOf(step.run) : [step])));
}

function stepLine({ cwd, shown, answer, provisional }: ForecastStep, paint: Palette): string {
  const doubt = provisional && answer.kind !== 'uncached' ? paint.grey(', unless what runs before changes that') : '';
  return `${paint.blue(promptLine(cwd, shown))} ${answerMark(answer, paint)}${doubt}`;
}

function answerMark(answer: ForecastAnswer, { green, grey, red }: Palette): string {
  switch (answer.kind) {
    case 'hit':
      return `${green('◉')} ${grey(`cache hit, ${formatDuration(answer.savedMs)} saved`)}`;
    case 'uncached':
      return grey('⊘ cache disabled');
    case 'not-startable':
      return `${red('✗')} ${answer.problem.message}`;
    case 'miss': {
      const [reason] = answer.reasons;
      const more = answer.reasons.length - 1 + answer.more;
      return grey(`○ cache miss: ${reason === undefined ? '' : describeMiss(reason)}${more > 0 ? ` (and ${more} more)` : ''}`);
    }
    default:
      return unreachable(answer);
  }
}
