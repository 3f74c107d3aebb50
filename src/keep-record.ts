import { readFileSync } from 'node:fs';
import { codeOf, orAbsent, removeIfPossible, writeAtomically } from './base/files.ts';
import { childOf, type AbsolutePath, type WorkspacePath } from './base/path.ts';
import { historyFile, recordFile } from './cache/cache-places.ts';
import type { Cache } from './cache/cache.ts';
import { noteRanTasks } from './ran-tasks.ts';
import type { Cause } from './report/cause.ts';
import type { MissHistory } from './report/miss-history.ts';
import type { RunRecord } from './report/run-record.ts';
import { findRepository } from './workspace/git.ts';

/**
 * Keeps the record for `--last-details` and reports, and what must be known of earlier runs to tell what never hits; gives
 * the record with that in it. A run does not fail because neither can be written.
 */
export async function keepRecord(record: RunRecord, root: AbsolutePath, cache: Cache | undefined): Promise<RunRecord> {
  const history = orUnwritable(() => orAbsent(() => readFileSync(historyFile(root), 'utf8')));
  const told = history === undefined && record.totals.misses === 0 ? record : await withNeverHits(record, history, { root, cache });
  orUnwritable(() => writeAtomically(recordFile(root), `${JSON.stringify(told)}\n`));
  noteRanTasks(record, root);
  return told;
}

interface Surroundings {
  readonly root: AbsolutePath;
  readonly cache: Cache | undefined;
}

async function withNeverHits(record: RunRecord, text: string | undefined, { root, cache }: Surroundings): Promise<RunRecord> {
  const { noHistory, parseHistory, withRun } = await import('./report/miss-history.ts');
  const { neverHits } = await import('./report/never-hit.ts');
  const history = withRun(text === undefined ? noHistory : parseHistory(text), record);
  keepHistory(history, text, root);
  const isInRepository = findRepository(root) !== undefined;
  return { ...record, neverHits: neverHits(record, history, (cause) => cache !== undefined && isWork(cause, { cache, isInRepository })) };
}

function keepHistory(history: MissHistory, before: string | undefined, root: AbsolutePath): void {
  const isEmpty = Object.keys(history.steps).length === 0;
  const text = `${JSON.stringify(history)}\n`;
  if (text === before || (isEmpty && before === undefined)) return;
  orUnwritable(() => (isEmpty ? removeIfPossible(historyFile(root)) : writeAtomically(historyFile(root), text)));
}

/**
 * A file that changes from run to run because somebody edits it, or because another task makes it anew, is no fault.
 * What git ignores nobody edits.
 */
function isWork(cause: Cause, { cache, isInRepository }: { readonly cache: Cache; readonly isInRepository: boolean }): boolean {
  const path = pathOf(cause);
  if (path === undefined) return false;
  return cache.ledger.ownerOf(path) !== undefined || (isInRepository && !cache.git.isIgnored(path));
}

function pathOf(cause: Cause): WorkspacePath | undefined {
  if (cause.kind === 'not-stored') return undefined;
  if (cause.kind === 'miss-below') return cause.directory;
  const { reason } = cause;
  if (reason.code === 'listing-changed') return childOf(reason.path, reason.name);
  return 'path' in reason && reason.code !== 'in-the-way' ? reason.path : undefined;
}

/** What the system refuses here costs a report and nothing else. */
function orUnwritable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
