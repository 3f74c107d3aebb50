import { keyedDigest } from './base/digest.ts';
import type { AbsolutePath, WorkspacePath } from './base/path.ts';
import type { Cache } from './cache/cache.ts';
import { compareCandidates } from './cache/candidates.ts';
import { guarded, isFault, type CacheFault } from './cache/fault.ts';
import { cacheKey } from './cache/key.ts';
import { lookUp } from './cache/lookup.ts';
import { TaskView } from './cache/task-view.ts';
import type { TaskId } from './graph/task.ts';
import { cacheKeyParts } from './plan/cache-key.ts';
import { environmentInside } from './plan/env.ts';
import { isNestedRun, type Plan, type PlannedStep, type PlannedTask, type ReadyStep } from './plan/planned.ts';
import { isProgram, makeReady } from './plan/ready.ts';
import type { Forecast, ForecastAnswer, ForecastRun, ForecastStep, ForecastTask } from './report/forecast.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface ForecastWorld {
  readonly cache: Cache | CacheFault;
  readonly packageNameOf: (directory: WorkspacePath) => string;
  /** Compares everything that is stored for a step with now, and not only until something fits. */
  readonly comparesAll: boolean;
}

/**
 * Asks of every step of a plan what a run would find, hits that come before it taken as restored. Runs, restores and
 * writes nothing. What follows a step that would execute is told as things stand, and marked.
 */
export async function forecast(plan: Plan, env: Env, world: ForecastWorld): Promise<Forecast> {
  return await new Forecaster(world).plan(plan, env, false);
}

class Forecaster {
  readonly #world: ForecastWorld;
  /** Tasks in which something would execute, or that come after such. */
  readonly #changing = new Set<TaskId>();

  constructor(world: ForecastWorld) {
    this.#world = world;
  }

  async plan(plan: Plan, env: Env, isProvisional: boolean): Promise<Forecast> {
    const tasks: ForecastTask[] = [];
    for (const task of plan.tasks) tasks.push(await this.#task(task, plan, env, isProvisional));
    return { root: plan.root, tasks, notes: plan.notes };
  }

  async #task(task: PlannedTask, plan: Plan, env: Env, isProvisional: boolean): Promise<ForecastTask> {
    const { cache, packageNameOf } = this.#world;
    const view = isFault(cache)
      ? cache
      : await guarded('the ledger cannot be read', () => TaskView.open(task.id, cache.states, cache.ledger));
    let provisional = isProvisional || task.dependencies.some((id) => this.#changing.has(id));
    const steps: (ForecastStep | ForecastRun)[] = [];
    for (const step of task.steps) {
      if (isNestedRun(step)) {
        const run = await this.plan(step.plan, environmentInside(step, env), provisional);
        provisional ||= run.tasks.some(({ id }) => this.#changing.has(id));
        steps.push({ shown: step.shown, run });
        continue;
      }
      const told = await this.#step(step, { task, plan, env, view });
      steps.push({ ...told, provisional });
      provisional ||= told.answer.kind !== 'hit' && step.command.kind !== 'echo';
    }
    if (provisional) this.#changing.add(task.id);
    const { id, label, directory, dependencies } = task;
    return { id, label, name: id.slice(id.indexOf('#') + 1), packageName: packageNameOf(directory), dependencies, steps };
  }

  async #step(step: PlannedStep, { task, plan, env, view }: StepWorld): Promise<Omit<ForecastStep, 'provisional'>> {
    const isThere = (path: AbsolutePath): boolean => (isFault(view) ? undefined : view.plannedProgram(path)) ?? isProgram(path);
    const ready = makeReady(step, { root: plan.root, directory: task.directory, env, isThere });
    const { index, shown, cwd } = step;
    if ('code' in ready) {
      const { code, message } = ready;
      return { index, shown, cwd, program: '', args: [], answer: { kind: 'not-startable', problem: { code, message } } };
    }
    return { index, shown, cwd, program: ready.programName, args: ready.args, ...(await this.#answer(ready, plan, view)) };
  }

  async #answer(ready: ReadyStep, { force }: Plan, view: TaskView | CacheFault): Promise<Pick<ForecastStep, 'answer' | 'stored'>> {
    const { cache, comparesAll } = this.#world;
    const { caching } = ready.step;
    if (caching.kind === 'uncached') return { answer: { kind: 'uncached', reason: caching.reason } };
    if (force) return { answer: { kind: 'miss', reasons: [{ code: 'forced' }], more: 0 } };
    if (isFault(cache)) return { answer: faulty(cache) };
    if (isFault(view)) return { answer: faulty(view) };
    const parts = cacheKeyParts(ready, (value) => keyedDigest(cache.store.salt, value));
    const key = cacheKey(parts, cache.hasher);
    const world = { ...cache, view };
    const found = await guarded('the lookup broke off', () => lookUp(ready, key, parts, world));
    if (isFault(found)) return { answer: faulty(found) };
    const candidates = comparesAll && (await guarded('the comparison broke off', () => compareCandidates(ready, key, world)));
    const stored = candidates === false || isFault(candidates) ? {} : { stored: { key, candidates } };
    if (found.kind === 'miss') return { answer: found, ...stored };
    for (const [path, change] of found.plan.changes) view.plan(path, change);
    return { answer: { kind: 'hit', savedMs: found.entry.milliseconds }, ...stored };
  }
}

interface StepWorld {
  readonly task: PlannedTask;
  readonly plan: Plan;
  readonly env: Env;
  readonly view: TaskView | CacheFault;
}

function faulty({ detail }: CacheFault): ForecastAnswer {
  return { kind: 'miss', reasons: [{ code: 'cache-fault', detail }], more: 0 };
}
