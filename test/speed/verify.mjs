import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectedTree, packageDirectory } from './workspace.mjs';

/** What is wrong with a run: its exit code, what it left, and (of ours) how many tasks it was spared. */
export function problemsOf({ exitCode, hits, text }, { directory, plan, expectedHits, isOurs }) {
  if (exitCode !== 0) return [`exit code ${exitCode}\n${text.slice(-2000)}`];
  const problems = treeProblems(directory, plan);
  if (isOurs && hits !== expectedHits) problems.push(`${hits} hits, not ${expectedHits}`);
  return problems;
}

function treeProblems(directory, plan) {
  const expected = expectedTree(directory, plan);
  const wrong = [];
  for (const { name } of plan) {
    for (const file of namesIn(join(packageDirectory(directory, name), 'dist'))) {
      const path = `${name}/${file}`;
      const isRight = expected.get(path) === readFileSync(join(packageDirectory(directory, name), 'dist', file), 'utf8');
      if (!isRight) wrong.push(path);
      expected.delete(path);
    }
  }
  const missing = [...expected.keys()];
  return [
    ...(wrong.length > 0 ? [`${wrong.length} files are wrong in dist, as ${wrong[0]}`] : []),
    ...(missing.length > 0 ? [`${missing.length} files are missing in dist, as ${missing[0]}`] : []),
  ];
}

function namesIn(directory) {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
