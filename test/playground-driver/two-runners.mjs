import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readTree } from '../tree.mjs';
import { makeFreshCopy } from './fresh-copy.mjs';
import { heading, print } from './print.mjs';
import { exitProblems, treeProblems } from './problems.mjs';
import { runBuild } from './runner.mjs';
import { editSources } from './source-edit.mjs';

const trouble = /\b(fault|error|warning)\b/i;

/**
 * Two runners at once, `rounds` times. In one checkout both restore the same outputs, back and forth between two
 * states of the sources; in two checkouts with one cache both execute and store the same steps.
 * Tools would trip over each other if both executed in one checkout, so there each state is built alone first.
 */
export async function twoRunners({ cli, directory, rounds }) {
  const checkouts = [join(directory, 'first'), join(directory, 'second')];
  const [first, second] = checkouts;
  const env = { REPRISE_CACHE_DIR: join(directory, 'shared-cache') };
  const build = (checkout) => runBuild({ cli, directory: checkout, flags: ['-r', '--cache'], env, output: 'collect' });

  heading('Installing two fresh copies of the playground');
  makeFreshCopy(first);
  execFileSync('cp', ['-a', first, second]);

  const states = [];
  for (const label of ['odd', 'even']) {
    editSources(first, label);
    const run = await build(first);
    states.push({ label, tree: readTree(first), problems: runProblems(`alone, ${label}`, run) });
  }
  const problems = states.flatMap((state) => state.problems);

  for (let round = 1; round <= rounds; round++) {
    const { label, tree } = states[(round - 1) % 2];
    editSources(first, label);
    const together = await Promise.all([build(first), build(first)]);
    problems.push(
      ...together.flatMap((run) => runProblems(`round ${round}, one checkout`, run)),
      ...treeProblems(`round ${round}, one checkout`, tree, readTree(first)),
    );

    for (const checkout of checkouts) editSources(checkout, `round-${round}`);
    const apart = await Promise.all(checkouts.map(build));
    problems.push(
      ...apart.flatMap((run) => runProblems(`round ${round}, two checkouts`, run)),
      ...treeProblems(`round ${round}, two checkouts`, readTree(first), readTree(second)),
    );
    print(`round ${round} of ${rounds}: ${problems.length} problems so far`);
  }
  return problems;
}

function runProblems(title, run) {
  const lines = `${run.stdout}\n${run.stderr}`.split('\n').filter((line) => trouble.test(line));
  return [...exitProblems({ ...run, title }), ...lines.map((line) => `${title}: printed ${line.trim()}`)];
}
