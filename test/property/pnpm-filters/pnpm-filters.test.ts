import { afterAll, beforeAll, expect, test } from 'vitest';
import { ourAnswer, workspaceOf, type RecordedFilters } from '../../harness/filter-cases.ts';
import { Random } from '../../harness/random.ts';
import { askPnpm, installPnpm } from './ask-pnpm.ts';
import { makeFilterCase, makeManifests } from './generate.ts';

let pnpm: ReturnType<typeof installPnpm>;
beforeAll(() => {
  pnpm = installPnpm();
});
afterAll(() => pnpm.remove());

function generated(seeds: readonly number[], casesEach: number) {
  return seeds.map((seed) => {
    const random = new Random(seed);
    const manifests = makeManifests(random);
    return { manifests, cases: Array.from({ length: casesEach }, () => makeFilterCase(random, manifests)) };
  });
}

test('two thousand filters in five hundred workspaces select what pnpm selects', async () => {
  const seeds = Array.from({ length: 500 }, (_, index) => index);
  const questions = generated(seeds, 4).flatMap(({ manifests, cases }) => cases.map((one) => ({ manifests, ...one })));
  const answers = askPnpm(pnpm.directory, questions);
  const ours = await Promise.all(questions.map(async ({ manifests, ...one }) => ourAnswer(await workspaceOf(manifests), one)));
  const differing = questions.flatMap((question, index) => {
    const [theirs, own] = [answers[index], ours[index]];
    return JSON.stringify(theirs) === JSON.stringify(own) ? [] : [{ question, theirs, own }];
  });
  expect(differing.slice(0, 3)).toEqual([]);
  // The generator makes filters that select something and filters that do not.
  expect(answers.filter(({ packages }) => packages.length > 0).length).toBeGreaterThan(1000);
  expect(answers.filter(({ unmatched }) => unmatched.length > 0).length).toBeGreaterThan(500);
});

/** `vitest --update` writes it anew. It holds pnpm's answers alone. */
test("what the quick suite holds of pnpm's answers is what pnpm answers", async () => {
  const seeds = Array.from({ length: 60 }, (_, index) => 10_000 + index);
  const workspaces = generated(seeds, 6);
  const answers = askPnpm(
    pnpm.directory,
    workspaces.flatMap(({ manifests, cases }) => cases.map((one) => ({ manifests, ...one }))),
  );
  const recorded = workspaces.map(({ manifests, cases }, index): RecordedFilters => {
    const theirs = answers.slice(index * 6, index * 6 + 6);
    return { manifests, cases: cases.map((one, place) => Object.assign({}, one, theirs[place])) };
  });
  const lines = recorded.map((one) => JSON.stringify(one));
  await expect(`[\n${lines.join(',\n')}\n]\n`).toMatchFileSnapshot('../../unit/workspace/pnpm-filters.json');
});
