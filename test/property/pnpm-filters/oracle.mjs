import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * pnpm's own answers. `node oracle.mjs <where it is installed>` reads questions from stdin as JSON and writes the answers, in order.
 * `rootDir`s are absolute; a question without `packages` is about the workspace on disk.
 */
const require = createRequire(join(process.argv[2], 'package.json'));
const oracle = '@pnpm/filter-workspace-packages';
const { filterPackages, filterPackagesFromDir } = require(oracle);

const answers = [];
for (const question of JSON.parse(await text(process.stdin))) {
  const all = await ask(question, question.patterns);
  // pnpm names unmatched filters by a part of them; asked one by one they cannot be confused.
  const unmatched = [];
  for (const pattern of question.isUnmatchedAsked ? question.patterns : []) {
    if ((await ask(question, [pattern])).unmatchedFilters.length > 0) unmatched.push(pattern);
  }
  answers.push({ packages: Object.keys(all.selectedProjectsGraph), unmatched });
}
process.stdout.write(JSON.stringify(answers));

function ask({ root, prefix, packages, globs }, patterns) {
  const filters = patterns.map((filter) => ({ filter, followProdDepsOnly: false }));
  // As pnpm's command line asks, but for linking: there a range links only where the user's settings say so.
  const options = { prefix, workspaceDir: root, useGlobDirFiltering: true, linkWorkspacePackages: true, patterns: globs };
  return packages === undefined ? filterPackagesFromDir(root, filters, options) : filterPackages(packages, filters, options);
}
