import { joinPath, type WorkspacePath } from './base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from './base/private-directory.ts';
import { removeIfPossible } from './base/files.ts';
import { isFault } from './cache/fault.ts';
import { forecast } from './forecast.ts';
import { openCacheForReading, placesOf } from './open-cache.ts';
import { prepare, type PlanRequest } from './prepare.ts';
import type { Forecast } from './report/forecast.ts';
import { findRepository, GitIgnores } from './workspace/git.ts';
import { packageLabel } from './workspace/package-name.ts';
import { WorkerPool } from '../workers/pool.ts';

/** What a run would do. Runs nothing, writes nothing to the workspace or the cache, and needs neither to be writable. */
export async function dryRun(
  request: PlanRequest,
  env: Readonly<Record<string, string | undefined>>,
  { comparesAll = false }: { readonly comparesAll?: boolean } = {},
): Promise<Forecast> {
  const { plan, configuration, workspace } = await prepare(request, env, { writes: false });
  const pool = new WorkerPool(() => undefined);
  const temporary = makePrivateDirectory(temporaryDirectory());
  const git = new GitIgnores(plan.root, findRepository(plan.root), env);
  const ports = { pool, git, scratch: joinPath(temporary, 'cache') };
  const { cache, close } = await openCacheForReading(placesOf(plan.root, configuration, env), ports);
  // Nothing is executed.
  if (!isFault(cache)) cache.states.disk.remember();
  try {
    const packageNameOf = (directory: WorkspacePath): string => packageLabel(workspace, directory);
    return await forecast(plan, Object.freeze({ ...env }), { cache, packageNameOf, comparesAll });
  } finally {
    await close();
    await pool.close();
    removeIfPossible(temporary);
  }
}
