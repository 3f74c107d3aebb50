import type { Digest } from '../base/digest.ts';
import type { WorkspacePath } from '../base/path.ts';
import { FORMAT_VERSION, type Entry, type Fingerprint, type InputFile } from './entry.ts';
import { seal, unseal } from './seal.ts';

/** An entry as bytes: columns, because thousands of small objects cost ten times as much to write and read. */
export function encodeEntry({ fingerprint, ...rest }: Entry): Buffer {
  const { files, declared, ...others } = fingerprint;
  const stored: StoredEntry = {
    version: FORMAT_VERSION,
    rest,
    fingerprint: { ...others, files: toColumns(files), declared: declared && toColumns(declared) },
  };
  return seal(stored);
}

/** `undefined` for bytes that are no entry of this version. */
export function decodeEntry(bytes: Buffer): Entry | undefined {
  const stored = unseal(bytes) as StoredEntry | undefined;
  if (stored?.version !== FORMAT_VERSION) return undefined;
  const { files, declared, ...others } = stored.fingerprint;
  return { ...stored.rest, fingerprint: { ...others, files: fromColumns(files), declared: declared && fromColumns(declared) } };
}

interface StoredEntry {
  readonly version: number;
  readonly rest: Omit<Entry, 'fingerprint'>;
  readonly fingerprint: Omit<Fingerprint, 'files' | 'declared'> & {
    readonly files: FileColumns;
    readonly declared: FileColumns | undefined;
  };
}

interface FileColumns {
  readonly paths: readonly WorkspacePath[];
  /** 32 hex digits a path. */
  readonly digests: string;
  /** `x` or `-` a path. */
  readonly executable: string;
}

function toColumns(files: readonly InputFile[]): FileColumns {
  return {
    paths: files.map(({ path }) => path),
    digests: files.map(({ digest }) => digest).join(''),
    executable: files.map(({ executable }) => (executable ? 'x' : '-')).join(''),
  };
}

function fromColumns({ paths, digests, executable }: FileColumns): InputFile[] {
  return paths.map((path, index) => ({
    path,
    digest: digests.slice(index * 32, index * 32 + 32) as Digest,
    executable: executable[index] === 'x',
  }));
}
