import type { Digest, HashedFile } from '../base/digest.ts';
import type { AbsolutePath, WorkspacePath } from '../base/path.ts';
import type { CacheFault } from './fault.ts';

/** Threads that hash files. `workers/pool.ts` implements it. */
export interface HashPool {
  /** One answer per path, in order. */
  readonly hash: (paths: readonly AbsolutePath[]) => Promise<readonly HashedFile[]>;
  /** Starts the threads ahead of their first request, while something else is waited for. */
  readonly warmUp: () => void;
}

/** Threads that compress, store, verify and unpack blobs. `workers/pool.ts` implements it. */
export interface BlobPool {
  /**
   * Stores the files as blobs and says where each is. A file whose bytes are no longer those of its digest is not
   * stored: `changed` names it and nothing of the request counts.
   */
  readonly archive: (request: ArchiveRequest) => Archiving;
  /** Unpacks and verifies every piece into its own new file. After a fault some may be there. */
  readonly stage: (request: StageRequest) => Promise<StageAnswer>;
  /** The verified bytes of one blob. */
  readonly read: (request: { readonly blobs: AbsolutePath; readonly blob: Digest }) => Promise<ReadAnswer>;
}

export interface ArchiveRequest {
  readonly step: string;
  readonly root: AbsolutePath;
  readonly blobs: AbsolutePath;
  readonly files: readonly { readonly path: WorkspacePath; readonly digest: Digest; readonly size: number }[];
  /** The log: its bytes, or the file that holds them. A small one in memory is left to the entry. */
  readonly log: Uint8Array | AbsolutePath;
}

export interface Archiving {
  /** Settles once every file has been read, or at once where they are too large to be held. Never rejects. */
  readonly taken: Promise<void>;
  /** Never rejects. */
  readonly done: Promise<ArchiveAnswer | CacheFault>;
}

export interface ArchiveAnswer {
  /** In the order of the request. */
  readonly places: readonly BlobPlace[];
  readonly log: { readonly blob: Digest; readonly length: number } | undefined;
  /** Bytes on disk of the blobs that were not there before; `undefined` where that was not counted to the end. */
  readonly written: number | undefined;
  readonly changed?: WorkspacePath;
}

/** Where the bytes of a file are: `length` bytes at `offset` of the unpacked blob. */
export interface BlobPlace {
  readonly blob: Digest;
  readonly offset: number;
  readonly length: number;
}

export interface StageRequest {
  readonly step: string;
  readonly blobs: AbsolutePath;
  /** Where the pieces go. It and the directories in their names are made where they are missing. */
  readonly directory: AbsolutePath;
  readonly pieces: readonly { readonly name: string; readonly place: BlobPlace; readonly digest: Digest; readonly mode: number }[];
}

export type StageAnswer = { readonly kind: 'staged' } | (CacheFault & { readonly piece: number | undefined });

export type ReadAnswer = { readonly kind: 'read'; readonly bytes: Uint8Array } | CacheFault;

/** Knows what git tracks. `workspace/git.ts` implements it. */
export interface GitView {
  /** Matched by a `.gitignore` from the enclosing repository's root down, and not tracked. Without a repository: never. */
  readonly isIgnored: (path: WorkspacePath) => boolean;
}
