import { joinPath, normalizeAbsolute, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { SizeLimit } from '../base/size-limit.ts';

export interface CachePlaces {
  readonly root: AbsolutePath;
  /** Where entries and blobs are; may be shared by checkouts. */
  readonly store: AbsolutePath;
  /** Where this checkout keeps its ledger and its temporary files. */
  readonly checkout: AbsolutePath;
  /** `undefined`: nobody says, so a bound that suits most disks. */
  readonly maxSize: SizeLimit | undefined;
}

/** What a user says of the store: `directory` is relative to the root, and none where it is empty. */
export interface StoreSettings {
  readonly directory: string | undefined;
  readonly maxSize: SizeLimit | undefined;
}

export function cachePlaces(root: AbsolutePath, { directory, maxSize }: StoreSettings): CachePlaces {
  const checkout = joinPath(root, CHECKOUT);
  const isNamed = directory !== undefined && directory !== '';
  const store = isNamed ? normalizeAbsolute(directory.startsWith('/') ? directory : `${root}/${directory}`) : checkout;
  return { root, checkout, store, maxSize };
}

const CHECKOUT = 'node_modules/.cache/reprise';

/** Whether the path is the ledger's, or one of its files. */
export function isLedger(path: WorkspacePath): boolean {
  return path.startsWith(`${CHECKOUT}/tree`);
}

export function ledgerIn({ checkout }: CachePlaces): AbsolutePath {
  return joinPath(checkout, 'tree');
}

/** Stamps are those of one checkout, so it is no part of a store that others share. */
export function statIndexIn({ checkout }: CachePlaces): AbsolutePath {
  return joinPath(checkout, 'stat-index');
}

/** Where the last run of the workspace around `root` is recorded. */
export function recordFile(root: AbsolutePath): AbsolutePath {
  return joinPath(root, `${CHECKOUT}/last-run.json`);
}

/** Where a report of the last run goes that is given no place. */
export function reportFile(root: AbsolutePath, format: 'text' | 'json' | 'html'): AbsolutePath {
  return joinPath(root, `${CHECKOUT}/summary.${format === 'text' ? 'txt' : format}`);
}

/** The tasks that ever ran, an id a line. */
export function ranFile(root: AbsolutePath): AbsolutePath {
  return joinPath(root, `${CHECKOUT}/ran-tasks`);
}

/** What is kept of runs before the last one. */
export function historyFile(root: AbsolutePath): AbsolutePath {
  return joinPath(root, `${CHECKOUT}/miss-history.json`);
}
