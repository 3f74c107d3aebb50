import type { Digest } from '../base/digest.ts';
import type { AbsolutePath, WorkspacePath } from '../base/path.ts';
import type { Execution } from '../execute/execution.ts';
import type { PlannedStep } from '../plan/planned.ts';
import type { Entry, OutputFile, StoredLog } from './entry.ts';
import { permissionsOf } from './file-state.ts';
import type { Result } from './judge.ts';
import type { CacheKeyParts } from '../plan/cache-key.ts';
import type { NotStoredReason } from './not-stored.ts';
import type { EntryRef } from './ownership.ts';
import type { Archiving, BlobPlace, BlobPool } from './ports.ts';
import type { Store } from './store.ts';
import { isFault } from './fault.ts';

/** A result on its way into the store. */
export interface Recording {
  /** Settles once the outputs have been read, so that what follows may change them (above 128 MB it may not: then nothing is stored). */
  readonly taken: Promise<void>;
  /** The entry that was published, or why it was not. Never rejects. */
  readonly done: Promise<Entry | NotStoredReason>;
}

export interface RecordRequest {
  readonly step: PlannedStep;
  readonly root: AbsolutePath;
  readonly ref: EntryRef;
  readonly parts: CacheKeyParts;
  readonly result: Result;
  readonly execution: Execution;
  /** Asked right before publishing: a reason to give the result up. */
  readonly objection: () => NotStoredReason | undefined;
}

/** Archives the outputs and the log in the pool, then publishes the entry. An entry is never seen before its blobs. */
export function record(request: RecordRequest, store: Store, pool: BlobPool): Recording {
  const files = [...request.result.outputs].flatMap(([path, { state }]) =>
    state.kind === 'file' ? [{ path, digest: state.digest, size: state.size }] : [],
  );
  const { bytes } = request.execution.log;
  const archive = () =>
    pool.archive({
      step: request.step.label,
      root: request.root,
      blobs: store.blobs,
      files,
      log: bytes.kind === 'file' ? (bytes.path as AbsolutePath) : bytes.buffer,
    });
  const paths = files.map(({ path }) => path);
  const archiving = archive();
  return { taken: archiving.taken, done: storeAll(request, paths, { first: archiving, again: archive }, store) };
}

/** Blobs that others removed in the moment between archiving and publishing are archived once more. */
async function storeAll(
  request: RecordRequest,
  paths: readonly WorkspacePath[],
  archiving: { readonly first: Archiving; readonly again: () => Archiving },
  store: Store,
): Promise<Entry | NotStoredReason> {
  const published = await publish(request, paths, archiving.first, store);
  if (published !== 'blobs-gone') return published;
  const again = await publish(request, paths, archiving.again(), store);
  return again === 'blobs-gone' ? { code: 'cache-fault', detail: 'blobs are removed while they are stored' } : again;
}

async function publish(
  request: RecordRequest,
  paths: readonly WorkspacePath[],
  archiving: Archiving,
  store: Store,
): Promise<Entry | NotStoredReason | 'blobs-gone'> {
  const archived = await archiving.done;
  store.countWritten(isFault(archived) ? undefined : archived.written);
  if (isFault(archived)) return { code: 'cache-fault', detail: archived.detail };
  if (archived.changed !== undefined) return { code: 'output-lost', path: archived.changed };
  const objection = request.objection();
  if (objection) return objection;
  const places = new Map(paths.map((path, index) => [path, archived.places[index]]));
  const {
    ref: { key, id },
    parts,
    execution,
    result,
  } = request;
  const entry: Entry = {
    id,
    storedAt: execution.endedAt,
    milliseconds: execution.endedAt - execution.startedAt,
    fingerprint: result.fingerprint,
    outputs: outputFiles(result, places),
    removals: result.removals,
    ignoredOutputs: result.ignoredOutputs,
    log: storedLog(request, archived.log),
    notes: result.notes,
  };
  const trouble = await store.publish(request.step, key, parts, entry);
  if (trouble === 'blobs-gone') return trouble;
  return trouble ? { code: 'cache-fault', detail: trouble.detail } : entry;
}

function outputFiles({ outputs }: Result, places: ReadonlyMap<WorkspacePath, BlobPlace | undefined>): OutputFile[] {
  return [...outputs].flatMap(([path, { state, blind }]): OutputFile[] => {
    const place = places.get(path);
    if (state.kind === 'file' && place)
      return [{ kind: 'file', path, mode: permissionsOf(state.mode), digest: state.digest, place, blind }];
    if (state.kind === 'directory') return [{ kind: 'directory', path, mode: permissionsOf(state.mode), blind }];
    if (state.kind === 'link') return [{ kind: 'link', path, target: state.target, blind }];
    return [];
  });
}

function storedLog(
  { execution: { log } }: RecordRequest,
  stored: { readonly blob: Digest; readonly length: number } | undefined,
): StoredLog {
  if (log.bytes.kind === 'memory' && stored === undefined)
    return { segments: log.segments, bytes: { kind: 'inline', buffer: log.bytes.buffer } };
  if (stored === undefined) throw new Error('a log in a file must be archived');
  return { segments: log.segments, bytes: { kind: 'blob', ...stored } };
}
