import type { Hasher } from '../base/digest.ts';
import type { AbsolutePath } from '../base/path.ts';
import type { FileStates } from './file-states.ts';
import type { Ledger } from './ledger.ts';
import type { Overlaps } from './overlaps.ts';
import type { BlobPool, GitView, HashPool } from './ports.ts';
import type { Programs } from './programs.ts';
import type { Store } from './store.ts';

/** What the steps of a run share of the cache. */
export interface Cache {
  readonly root: AbsolutePath;
  /** Milliseconds since the epoch: what was used before belongs to earlier runs. */
  readonly openedAt: number;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly states: FileStates;
  readonly overlaps: Overlaps;
  readonly programs: Programs;
  readonly git: GitView;
  readonly pool: HashPool & BlobPool;
  readonly hasher: Hasher;
  /** For what is unpacked and not yet in place, and for long logs. Emptied at the end of the run. */
  readonly scratch: AbsolutePath;
}
