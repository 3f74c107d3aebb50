import type { Forecast, ForecastAnswer, ForecastRun, ForecastStep, ForecastTask } from './forecast.ts';

/** Goes up with every change that a reader of an older document could misread. */
const version = 1;

/** What `reprise run --dry-run --json` prints; `dist/plan.schema.json` has its shape. `describe`: a miss reason as people read it. */
export function planJson(forecast: Forecast, describe: (reason: MissReason) => string): object {
  return { version, workspaceRoot: forecast.root, plan: tasksJson(forecast.tasks, describe), ...notesOf(forecast) };
}

type MissReason = Extract<ForecastAnswer, { kind: 'miss' }>['reasons'][number];
type Describe = (reason: MissReason) => string;

function tasksJson(tasks: readonly ForecastTask[], describe: Describe): object {
  return Object.fromEntries(
    tasks.map(({ id, packageName, name, dependencies, steps }) => [
      id,
      {
        package: packageName,
        name,
        ...(dependencies.length > 0 && { dependsOn: dependencies }),
        steps: steps.map((step) => ('run' in step ? runJson(step, describe) : stepJson(step, describe))),
      },
    ]),
  );
}

function runJson({ shown, run }: ForecastRun, describe: Describe): object {
  return { command: shown, plan: tasksJson(run.tasks, describe) };
}

function stepJson({ shown, cwd, program, args, answer, provisional }: ForecastStep, describe: Describe): object {
  return { command: shown, program, args, cwd, ...answerJson(answer, describe), ...(provisional && { provisional }) };
}

/** A builtin has no `cache`. */
function answerJson(answer: ForecastAnswer, describe: Describe): object {
  switch (answer.kind) {
    case 'hit':
      return { cache: { status: 'hit', baseline: { durationMs: answer.savedMs } } };
    case 'miss': {
      const [first] = answer.reasons;
      if (first?.code === 'first-run') return { cache: { status: 'noBaseline' } };
      const reasons = answer.reasons.map((reason) => ({ ...reason, message: describe(reason) }));
      return { cache: { status: 'miss', reasons, ...(answer.more > 0 && { moreReasons: answer.more }) } };
    }
    case 'uncached':
      return answer.reason === 'builtin' ? {} : { cache: { status: 'disabled', reason: answer.reason } };
    case 'not-startable':
      return { problem: answer.problem };
  }
}

function notesOf({ notes }: Forecast): object {
  return notes.length > 0 ? { notes } : {};
}
