import { execFileSync } from 'node:child_process';
import type { MissReason } from '../../src/cache/miss-reason.ts';
import type { NotStoredReason } from '../../src/cache/not-stored.ts';
import type { RunRecord, StepRecord } from '../../src/report/run-record.ts';
import { createRig, type FileContent, type Rig, type RunOptions, type RunResult } from './rig.ts';

/** What a run made of one step. */
export interface StepAnswer {
  readonly outcome: StepRecord['outcome'];
  /** The smallest difference to what is stored. */
  readonly miss: MissReason | undefined;
  readonly notStored: NotStoredReason | undefined;
  readonly notes: readonly string[];
  /** How many files a hit had to write and remove. */
  readonly written: number;
  readonly removed: number;
}

/** What a run made of the task that was asked for; itself its first step. */
export interface Answer extends StepAnswer, RunResult {
  readonly steps: readonly StepAnswer[];
  /** Of each task of the run, by label, the first step. */
  readonly tasks: Readonly<Record<string, StepAnswer>>;
}

export type Run = (task?: string, options?: RunOptions & { readonly flags?: readonly string[] }) => Promise<Answer>;

/** A workspace of one package `app` whose configured tasks are cached. `build` is run when nothing is named. */
export async function createTasks(
  tasks: Readonly<Record<string, string | object>>,
  files: Readonly<Record<string, FileContent>> = {},
): Promise<{ rig: Rig; run: Run }> {
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'app' }, 'reprise.config.json': { tasks }, ...files });
  return { rig, run: runIn(rig) };
}

/** As `createTasks`, in a git repository that ignores `dist` and `node_modules`. */
export async function createIgnoringTasks(
  tasks: Readonly<Record<string, string | object>>,
  files: Readonly<Record<string, FileContent>> = {},
): Promise<{ rig: Rig; run: Run }> {
  const { rig, run } = await createTasks(tasks, { '.gitignore': 'dist\nnode_modules\n', ...files });
  git(rig, 'init', '-q');
  return { rig, run };
}

export function runIn(rig: Rig): Run {
  return async (task = 'build', { flags = [], ...options } = {}) => {
    const result = await rig.run(['run', ...flags, task], options);
    return answerOf(result);
  };
}

/** git in the workspace, as a user who has no configuration. */
export function git(rig: Rig, ...args: readonly string[]): string {
  const identity = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' };
  return execFileSync('git', args, { cwd: rig.root, env: { PATH: process.env['PATH'], HOME: rig.home, ...identity }, encoding: 'utf8' });
}

export function commit(rig: Rig, message: string): void {
  git(rig, 'add', '-A');
  git(rig, 'commit', '-q', '--allow-empty', '-m', message);
}

function answerOf(result: RunResult): Answer {
  const { record } = result;
  const steps = record?.tasks.at(-1)?.steps.map(stepAnswer) ?? [];
  const [first] = steps;
  if (record === undefined || first === undefined) throw new Error(`nothing ran:\n${result.stdout}\n${result.stderr}`);
  return { ...result, ...first, steps, tasks: byLabel(record) };
}

function byLabel({ tasks }: RunRecord): Record<string, StepAnswer> {
  return Object.fromEntries(tasks.flatMap(({ label, steps: [first] }) => (first ? [[label, stepAnswer(first)]] : [])));
}

function stepAnswer({ outcome, decision, stored, restored }: StepRecord): StepAnswer {
  return {
    outcome,
    miss: decision.kind === 'miss' ? decision.reasons[0] : undefined,
    notStored: stored.kind === 'not-stored' ? stored.reason : undefined,
    notes: stored.kind === 'stored' ? stored.notes : [],
    written: restored?.filesWritten ?? 0,
    removed: restored?.filesRemoved ?? 0,
  };
}
