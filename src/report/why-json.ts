import type { MissReason } from '../cache/miss-reason.ts';
import type { Candidate } from '../cache/candidates.ts';
import type { ExplainedStep, ExplainedTask, Explanation, LastRun } from './explanation.ts';

/** Goes up with every change that a reader of an older document could misread. */
const version = 1;

type Describe = (reason: MissReason) => string;

/** What `reprise why --json` prints. `describe`: a miss reason as people read it. */
export function whyJson({ root, tasks, notes }: Explanation, describe: Describe): object {
  return { version, workspaceRoot: root, tasks: tasks.map((task) => taskJson(task, describe)), ...(notes.length > 0 && { notes }) };
}

function taskJson({ id, label, executedBefore, steps }: ExplainedTask, describe: Describe): object {
  return {
    id,
    label,
    ...(executedBefore.length > 0 && { executedBefore }),
    steps: steps.map((step) =>
      'tasks' in step ? { command: step.shown, tasks: step.tasks.map((task) => taskJson(task, describe)) } : stepJson(step, describe),
    ),
  };
}

function stepJson({ shown, cwd, answer, provisional, candidates, lastRun, history }: ExplainedStep, describe: Describe): object {
  const told = (reason: MissReason) => ({ ...reason, message: describe(reason) });
  const candidate = ({ id, storedAt, milliseconds, differences }: Candidate) => ({
    id,
    storedAt: new Date(storedAt).toISOString(),
    milliseconds,
    differences: differences.map(told),
  });
  return {
    command: shown,
    cwd,
    answer: answer.kind === 'miss' ? { ...answer, reasons: answer.reasons.map(told) } : answer,
    ...(provisional && { provisional }),
    candidates: candidates.map(candidate),
    lastRun: lastRunJson(lastRun),
    ...(history !== undefined && { missedBefore: { at: new Date(history.at).toISOString(), causes: history.causes } }),
  };
}

function lastRunJson(lastRun: LastRun): object {
  if (lastRun.kind === 'none') return lastRun;
  const { endedAtMs, ...rest } = lastRun;
  return { ...rest, endedAt: new Date(endedAtMs).toISOString() };
}
