import { appendFileSync, readFileSync } from 'node:fs';
import { codeOf, orAbsent } from './base/files.ts';
import type { AbsolutePath } from './base/path.ts';
import { ranFile } from './cache/cache-places.ts';
import type { RunRecord } from './report/run-record.ts';

/** The ids of all tasks that ever ran in this checkout, cached or not; none where it cannot be told. */
export function ranTasks(root: AbsolutePath): ReadonlySet<string> {
  return new Set(orAbsent(() => readFileSync(ranFile(root), 'utf8'))?.split('\n'));
}

/** Notes those of a run, which need not succeed. It is worth no word if that cannot be done. */
export function noteRanTasks({ tasks }: Pick<RunRecord, 'tasks'>, root: AbsolutePath): void {
  try {
    const known = ranTasks(root);
    const ran = tasks.filter(({ outcome }) => outcome !== 'blocked' && outcome !== 'not-started').map(({ id }) => id);
    const lines = ran.filter((id) => !known.has(id) && !id.includes('\n')).map((id) => `${id}\n`);
    if (lines.length > 0) appendFileSync(ranFile(root), lines.join(''));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}
