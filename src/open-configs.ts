import { removeIfPossible } from './base/files.ts';
import { joinPath, type AbsolutePath } from './base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from './base/private-directory.ts';
import { isFault } from './cache/fault.ts';
import { ConfigRuns } from './config-execution.ts';
import { findTraceHelper } from './execute/trace/tracer.ts';
import { closeCache, openCache, openCacheForReading, placesOf } from './open-cache.ts';
import type { ConfigExecutor } from './workspace/config-executor.ts';
import { findRepository, GitIgnores } from './workspace/git.ts';
import { WorkerPool } from '../workers/pool.ts';

/**
 * Opens what running configs needs. What they gave is remembered where the cache is unless a config says otherwise, since
 * where the cache is may itself be said by one. `remembers: false`: nothing is written.
 */
export async function openConfigs(
  root: AbsolutePath,
  env: Readonly<Record<string, string | undefined>>,
  remembers: boolean,
): Promise<ConfigExecutor & { readonly close: () => Promise<void> }> {
  // How large the store may be is in a config, too: the run that follows keeps it within its bound.
  const places = placesOf(root, { cacheDirectory: undefined, cacheMaxSize: { bytes: Number.MAX_SAFE_INTEGER } }, env);
  const pool = new WorkerPool(() => undefined);
  const repository = findRepository(root);
  const git = new GitIgnores(root, repository, env);
  const temporary = makePrivateDirectory(temporaryDirectory());
  const scratch = joinPath(temporary, 'configs');
  const reading = remembers ? undefined : await openCacheForReading(places, { pool, git, scratch: joinPath(temporary, 'cache') });
  const opened = reading ? reading.cache : await openCache(places, { pool, git });
  const cache = isFault(opened) ? undefined : opened;
  const runs = new ConfigRuns({
    root,
    env,
    cache,
    remembers,
    helper: findTraceHelper(scratch),
    traceRoots: [root, ...(repository?.gitDirectories ?? [])],
    scratch,
    onOutput: (bytes) => process.stderr.write(bytes),
  });
  const close = async (): Promise<void> => {
    runs.close();
    await reading?.close();
    if (cache && !reading) await closeCache(cache, places);
    await pool.close();
    removeIfPossible(temporary);
  };
  return { execute: (file) => runs.execute(file), close };
}
