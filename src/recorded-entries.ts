import { removeIfPossible } from './base/files.ts';
import { joinPath, type AbsolutePath } from './base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from './base/private-directory.ts';
import type { Entry } from './cache/entry.ts';
import { IndexCopy } from './cache/index-copy.ts';
import { Store } from './cache/store.ts';
import { placesOf } from './open-cache.ts';
import { readSettings } from './prepare.ts';
import type { EntryPlace } from './report/event.ts';
import type { RunRecord } from './report/run-record.ts';

/** By id, the entries that the steps of a recorded run restored or stored, as far as the store still has them. Changes nothing. */
export async function recordedEntries(
  record: RunRecord,
  cwd: AbsolutePath,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<string, Entry>> {
  const { workspace, configuration } = await readSettings(cwd, env);
  const places = placesOf(workspace.root, configuration, env);
  const directory = makePrivateDirectory(temporaryDirectory());
  const store = Store.openForReading(places.store, (location) => new IndexCopy(location, joinPath(directory, 'index')));
  const entries = new Map<string, Entry>();
  try {
    for (const { key, id } of placesIn(record)) {
      const entry = await store.entry(key, id);
      if (entry !== undefined) entries.set(id, entry);
    }
    return entries;
  } finally {
    await store.release();
    removeIfPossible(directory);
  }
}

function placesIn({ tasks }: RunRecord): EntryPlace[] {
  const steps = tasks.flatMap((task) => task.steps);
  return steps.flatMap(({ restored, stored }) => restored?.entry ?? (stored.kind === 'stored' ? stored.entry : []));
}
