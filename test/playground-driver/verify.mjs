import { differences, isVolatile, readStamps, readTree } from '../tree.mjs';
import { makeFreshCopy, removeDist, removeGenerated } from './fresh-copy.mjs';
import { cacheProblems, exitProblems, hitProblems, treeProblems } from './problems.mjs';
import { heading, table } from './print.mjs';
import { runBuild } from './runner.mjs';

const cached = ['-r', '--cache'];
const uncached = ['-r', '--no-cache'];

/**
 * The README's promise on a real workspace: the first run executes and stores, the second hits everything,
 * deleted outputs come back, and every tree is the one that a run without cache leaves.
 * Gives the problems found; none is success.
 */
export async function mainJob({ cli, directory }) {
  heading('Installing a fresh copy of the playground');
  makeFreshCopy(directory);
  const sources = readTree(directory);
  const build = (title, flags) => shownBuild({ title, cli, directory, flags });

  const plain = await build('Without cache', uncached);
  removeGenerated(directory);
  const leftovers = treeProblems('sources after cleaning', sources, readTree(directory));

  const cold = await build('Cold: everything executes', cached);
  const warm = await build('Warm: everything hits', cached);
  removeDist(directory);
  const restored = await build('Restored: packages/*/dist was deleted', cached);
  const before = readOutputStamps(directory);
  const again = await build('Warm again: nothing is touched', cached);
  const touched = differences(before, readOutputStamps(directory));

  table([plain, cold, warm, restored, again]);
  return [
    ...leftovers,
    ...[plain, cold, warm, restored, again].flatMap(exitProblems),
    ...[cold, warm, restored, again].flatMap(cacheProblems),
    ...[warm, restored, again].flatMap((run) => hitProblems(run, cold)),
    ...[cold, warm, restored].flatMap((run) => treeProblems(run.title, plain.tree, run.tree)),
    ...touched.map((line) => `${again.title}: touched ${line}`),
  ];
}

async function shownBuild({ title, cli, directory, flags }) {
  heading(title);
  const run = await runBuild({ cli, directory, flags });
  return { title, ...run, tree: readTree(directory) };
}

function readOutputStamps(directory) {
  return readStamps(directory, { skip: (path) => isVolatile(path) || path.split('/').includes('node_modules') });
}
