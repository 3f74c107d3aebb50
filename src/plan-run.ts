import type { TaskId } from './graph/task.ts';
import type { NestedRun, Plan, PlannedTask } from './plan/planned.ts';
import { environmentInside } from './plan/env.ts';
import type { RunContext, TaskContext, TaskOutcome } from './run-context.ts';
import { availableCores, commandsAtOnce } from './schedule/concurrency.ts';
import { schedule, type TaskEnd } from './schedule/scheduler.ts';
import { Slots } from './schedule/slots.ts';
import { runTask } from './task-run.ts';

/**
 * Runs every task of a plan in order, the outermost plan of a run or one inside a task. A task that fails ends the whole
 * run, unless the plan says to go on. `priority`: that of the task around it.
 */
export async function runPlan(plan: Plan, context: RunContext, priority?: number): Promise<TaskOutcome> {
  const { events, cancellation, turns } = context;
  const ends = await schedule(plan, {
    start: async (task, own) => {
      const taskContext = { ...context, priority: priority ?? own, force: plan.force, runNested };
      const outcome = await turns.take(turnOf(task), () => runTask(task, taskContext));
      if (outcome.kind === 'failed') {
        context.failures.push(outcome);
        if (!plan.keepGoing) cancellation.kill({ kind: 'task-failed' });
      }
      return outcome;
    },
    hasFailed: (outcome) => outcome.kind !== 'succeeded',
    onBlocked: ({ id, label }, by) => events.emit({ type: 'task-blocked', task: id, label, by }),
    signal: cancellation.signal,
    keepGoing: plan.keepGoing,
  });
  for (const { id, label } of plan.tasks) {
    if (ends.get(id)?.kind === 'not-started') events.emit({ type: 'task-not-started', task: id, label });
  }
  return outcomeOf(ends);
}

/** A run inside a task, in the run that goes on. */
function runNested(run: NestedRun, context: TaskContext): Promise<TaskOutcome> {
  const env = environmentInside(run, context.env);
  return runPlan(run.plan, { ...context, env, slots: slotsFor(run.plan, context) }, context.priority);
}

function slotsFor({ limit }: Plan, { slots, cancellation: { signal } }: RunContext): Slots {
  if (limit === undefined) return slots;
  return limit === 'unlimited' ? new Slots(Infinity, signal) : new Slots(commandsAtOnce(limit, availableCores()), signal, slots);
}

/** A task may be in several plans of one run: then they take turns, and the later ones find what the first has stored. */
function turnOf({ id, extraArgs }: PlannedTask): string {
  return `${id} ${JSON.stringify(extraArgs)}`;
}

/** The first failure, for the one that waits for the whole plan. */
function outcomeOf(ends: ReadonlyMap<TaskId, TaskEnd<TaskOutcome>>): TaskOutcome {
  const outcomes = [...ends.values()].map((end) => (end.kind === 'ended' ? end.outcome : undefined));
  const failed = outcomes.find((outcome) => outcome?.kind === 'failed');
  return failed ?? (outcomes.every((outcome) => outcome?.kind === 'succeeded') ? { kind: 'succeeded' } : { kind: 'cancelled' });
}
