import { afterAll, expect, onTestFinished, test } from 'vitest';
import { isInside, joinPath } from '../../src/base/path.ts';
import type { MissReason } from '../../src/cache/miss-reason.ts';
import { Random } from '../harness/random.ts';
import { foreignFiles } from './foreign-files.ts';
import { Lookups, type Answer } from './lookups.ts';
import { kitchenPackages, makeFixture, makeKitchen, ownFixtures, type Fixture } from './mutation-fixtures.ts';
import { changeByte, mutationsOf, type Mutation } from './mutations.ts';

/** Mutations of each kind a fixture; what has fewer is mutated in full. */
const limit = process.env['REPRISE_ORACLE'] === 'full' ? Number.POSITIVE_INFINITY : 36;
const FOREIGN_FILES = 200;
const made: Record<string, number> = {};

afterAll(() => {
  const all = Object.values(made).reduce((sum, count) => sum + count, 0);
  process.stdout.write(`mutation oracle: ${all} mutations, ${JSON.stringify(made)}\n`);
});

test.each(ownFixtures)('no single change of what it depends on leaves a hit: %s', async (name) => {
  expect(await falseHits(name, await makeFixture(name))).toEqual([]);
});

test('no single change of what real tools depend on leaves a hit', async () => {
  const rig = await makeKitchen();
  const wrong: string[] = [];
  for (const name of kitchenPackages) wrong.push(...(await falseHits(name, { rig, task: `@kitchen/${name}#build` })));
  expect(wrong).toEqual([]);
});

test('a change of a file that nothing depends on leaves every hit', async () => {
  const rig = await makeKitchen();
  const wrong: string[] = [];
  let changed = 0;
  for (const [number, name] of kitchenPackages.entries()) {
    const lookups = await Lookups.open(rig, `@kitchen/${name}#build`);
    onTestFinished(() => lookups.close());
    const first = await lookups.ask();
    if (first.kind === 'miss') throw new Error(`${name} misses unmutated`);
    const random = new Random(number);
    for (const path of random.sample(foreignFiles(rig.root, first.entries.values()), FOREIGN_FILES / kitchenPackages.length)) {
      const undo = changeByte(joinPath(rig.root, path), random);
      const answer = await lookups.ask();
      undo();
      changed++;
      if (answer.kind === 'miss') wrong.push(`${name}: '${path}' changed, and it misses: ${JSON.stringify(answer)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(changed).toBe(FOREIGN_FILES);
});

/** Every mutation after which a hit would be had, and every one after whose end none is. */
async function falseHits(name: string, { rig, task }: Fixture): Promise<string[]> {
  const lookups = await Lookups.open(rig, task);
  onTestFinished(() => lookups.close());
  const first = await lookups.ask();
  if (first.kind === 'miss') return [`${name}: misses unmutated: ${JSON.stringify(first)}`];
  const random = new Random(ownFixtures.indexOf(name) + 100);
  const wrong: string[] = [];
  for (const mutation of sampled(mutationsOf(first.entries, lookups, random), random)) {
    const undo = mutation.apply();
    if (undo === undefined) continue;
    made[mutation.kind] = (made[mutation.kind] ?? 0) + 1;
    const changed = await lookups.ask(mutation.env);
    undo();
    const restored = await lookups.ask();
    if (isFalse(mutation, changed)) wrong.push(`${name}, step ${mutation.step}: ${mutation.kind} '${mutation.subject}' still hits`);
    else if (!saysWhy(mutation, changed))
      wrong.push(`${name}, step ${mutation.step}: ${mutation.kind} '${mutation.subject}' is not why it misses: ${JSON.stringify(changed)}`);
    if (restored.kind === 'miss')
      wrong.push(`${name}: ${mutation.kind} '${mutation.subject}' undone, and it misses: ${JSON.stringify(restored)}`);
    if (wrong.length >= 20) break;
  }
  return wrong;
}

function sampled(mutations: readonly Mutation[], random: Random): Mutation[] {
  const kinds = [...new Set(mutations.map(({ kind }) => kind))];
  return kinds.flatMap((kind) =>
    random.sample(
      mutations.filter((mutation) => mutation.kind === kind),
      limit,
    ),
  );
}

/** A later step that misses does not make up for a hit of the one that depended on what changed. */
function isFalse({ step }: Mutation, answer: Answer): boolean {
  return answer.kind === 'hit' || answer.step > step;
}

/** An earlier step may depend on it in another way. */
function saysWhy({ kind, step, subject }: Mutation, answer: Answer): boolean {
  if (answer.kind === 'hit') return false;
  if (answer.step < step || answer.reasons.some((reason) => isAbout(reason, subject))) return true;
  // The step's own program is not found any more, or is none.
  return mayTakeProgram.has(kind) && answer.reasons.some(({ code }) => code === 'program-changed');
}

const mayTakeProgram = new Set(['content', 'gone file', 'gone directory', 'link']);

/** At the subject, or at a directory or a file that came or went with it. */
function isAbout(reason: MissReason, subject: string): boolean {
  if ('path' in reason) return isInside(reason.path, subject) || isInside(subject, reason.path);
  return 'name' in reason && reason.name === subject;
}
