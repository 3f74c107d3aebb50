import { removeIfPossible } from './base/files.ts';
import { joinPath, type AbsolutePath } from './base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from './base/private-directory.ts';
import { isFault } from './cache/fault.ts';
import { IndexCopy } from './cache/index-copy.ts';
import { indexIn, storeIn } from './cache/store-directory.ts';
import { readHoldings } from './cache/store-records.ts';
import { placesOf } from './open-cache.ts';
import { readSettings } from './prepare.ts';

/** The ids of the tasks of which a result is stored. Takes no lock and keeps nobody waiting; where it cannot be told, none. */
export async function cachedTasks(cwd: AbsolutePath, env: Readonly<Record<string, string | undefined>>): Promise<ReadonlySet<string>> {
  const { workspace, configuration } = await readSettings(cwd, env);
  const { store } = placesOf(workspace.root, configuration, env);
  const temporary = makePrivateDirectory(temporaryDirectory());
  const index = new IndexCopy(indexIn(storeIn(store)), joinPath(temporary, 'index'));
  try {
    const holdings = await index.use((database) => readHoldings(database));
    return new Set(isFault(holdings) ? [] : holdings.map(({ task }) => task));
  } finally {
    await index.close();
    removeIfPossible(temporary);
  }
}
