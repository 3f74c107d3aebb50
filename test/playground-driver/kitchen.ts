import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import type { MissReason } from '../../src/cache/miss-reason.ts';
import { createRig, type Rig, type RunResult } from '../harness/rig.ts';
import { readTree } from '../tree.mjs';

/** A copy of the installed playground for the test that calls this. */
export async function copyKitchen(): Promise<Rig> {
  const rig = await createRig();
  execFileSync('cp', ['-a', '--reflink=auto', `${inject('kitchen')}/.`, rig.root]);
  return rig;
}

/** Text that stands in a source is replaced in it; a source whose text is `undefined` is removed. */
export interface SourceState {
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly edits: Readonly<Record<string, readonly [from: string, to: string]>>;
}

/** Brings the sources of a kitchen, as committed, into a state. */
export async function enter(rig: Rig, { files, edits }: SourceState): Promise<void> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: rig.root });
  git('checkout', '--quiet', '--', '.');
  git('clean', '-dffq');
  for (const [path, [from, to]] of Object.entries(edits)) {
    const source = readFileSync(rig.path(path), 'utf8');
    if (!source.includes(from)) throw new Error(`${path} does not hold '${from}'`);
    await rig.write({ [path]: source.replace(from, to) });
  }
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) await rig.remove(path);
    else await rig.write({ [path]: text });
  }
}

const outputPath = /^packages\/[^/]+\/(?:dist|generated)(?:\/|$)/;

/** What the packages' builds left, without records of what was built before. */
export function outputsOf(rig: Rig): Map<string, string> {
  return new Map([...readTree(rig.root)].filter(([path]) => outputPath.test(path)));
}

/** Labels of the tasks that were executed, in order of name. */
export function executedTasks({ record }: RunResult): string[] {
  return (record?.tasks ?? [])
    .filter(({ outcome }) => outcome !== 'restored')
    .map(({ label }) => label)
    .sort();
}

/** `task: reason` for each executed step whose result was not kept. */
export function notStored({ record }: RunResult): string[] {
  return (record?.tasks ?? []).flatMap(({ steps }) =>
    steps.flatMap(({ label, stored }) => (stored.kind === 'not-stored' ? [`${label}: ${JSON.stringify(stored.reason)}`] : [])),
  );
}

/** Why each step that missed did, by the label of its step. */
export function missReasons({ record }: RunResult): Map<string, readonly MissReason[]> {
  const steps = (record?.tasks ?? []).flatMap((task) => task.steps);
  return new Map(steps.flatMap(({ label, decision }) => (decision.kind === 'miss' ? [[label, decision.reasons] as const] : [])));
}
