import type { Call } from './strace-log.ts';

export type CallKind =
  | 'open'
  | 'look'
  | 'chdir'
  | 'readlink'
  | 'execute'
  | 'mkdir'
  | 'mknod'
  | 'symlink'
  | 'remove'
  | 'chmod'
  | 'truncate'
  | 'rename'
  | 'link';

/** Where a call has its paths. */
export interface Shape {
  readonly kind: CallKind;
  /** The flags by their names. */
  readonly flags: ReadonlySet<string>;
  readonly paths: readonly { readonly directory?: number; readonly path?: number; readonly follow: boolean }[];
  readonly mayBeEmpty: boolean;
}

interface Row {
  readonly kind: CallKind;
  /** Indices of (directory, path) of each path; `undefined` where the call has no such argument. */
  readonly at: readonly (readonly [directory: number | undefined, path: number | undefined])[];
  readonly flags?: number;
  readonly implied?: readonly string[];
}

const rows: Readonly<Record<string, Row>> = {
  open: { kind: 'open', at: [[undefined, 0]], flags: 1 },
  openat: { kind: 'open', at: [[0, 1]], flags: 2 },
  openat2: { kind: 'open', at: [[0, 1]], flags: 2 },
  creat: { kind: 'open', at: [[undefined, 0]], implied: ['O_CREAT', 'O_WRONLY', 'O_TRUNC'] },
  stat: { kind: 'look', at: [[undefined, 0]] },
  lstat: { kind: 'look', at: [[undefined, 0]], implied: [nofollow()] },
  newfstatat: { kind: 'look', at: [[0, 1]], flags: 3 },
  statx: { kind: 'look', at: [[0, 1]], flags: 2 },
  access: { kind: 'look', at: [[undefined, 0]] },
  faccessat: { kind: 'look', at: [[0, 1]] },
  faccessat2: { kind: 'look', at: [[0, 1]], flags: 3 },
  chdir: { kind: 'chdir', at: [[undefined, 0]] },
  readlink: { kind: 'readlink', at: [[undefined, 0]], implied: [nofollow()] },
  readlinkat: { kind: 'readlink', at: [[0, 1]], implied: [nofollow(), 'AT_EMPTY_PATH'] },
  execve: { kind: 'execute', at: [[undefined, 0]] },
  execveat: { kind: 'execute', at: [[0, 1]], flags: 4 },
  mkdir: { kind: 'mkdir', at: [[undefined, 0]], implied: [nofollow()] },
  mkdirat: { kind: 'mkdir', at: [[0, 1]], implied: [nofollow()] },
  mknod: { kind: 'mknod', at: [[undefined, 0]], implied: [nofollow()] },
  mknodat: { kind: 'mknod', at: [[0, 1]], implied: [nofollow()] },
  symlink: { kind: 'symlink', at: [[undefined, 1]], implied: [nofollow()] },
  symlinkat: { kind: 'symlink', at: [[1, 2]], implied: [nofollow()] },
  unlink: { kind: 'remove', at: [[undefined, 0]], implied: [nofollow()] },
  rmdir: { kind: 'remove', at: [[undefined, 0]], implied: [nofollow(), 'AT_REMOVEDIR'] },
  unlinkat: { kind: 'remove', at: [[0, 1]], flags: 2, implied: [nofollow()] },
  chmod: { kind: 'chmod', at: [[undefined, 0]] },
  fchmodat: { kind: 'chmod', at: [[0, 1]] },
  fchmod: { kind: 'chmod', at: [[0, undefined]], implied: ['AT_EMPTY_PATH'] },
  truncate: { kind: 'truncate', at: [[undefined, 0]] },
  rename: {
    kind: 'rename',
    at: [
      [undefined, 0],
      [undefined, 1],
    ],
    implied: [nofollow()],
  },
  renameat: {
    kind: 'rename',
    at: [
      [0, 1],
      [2, 3],
    ],
    implied: [nofollow()],
  },
  renameat2: {
    kind: 'rename',
    at: [
      [0, 1],
      [2, 3],
    ],
    flags: 4,
    implied: [nofollow()],
  },
  link: {
    kind: 'link',
    at: [
      [undefined, 0],
      [undefined, 1],
    ],
    implied: [nofollow()],
  },
  linkat: {
    kind: 'link',
    at: [
      [0, 1],
      [2, 3],
    ],
    flags: 4,
  },
};

/** The calls to ask `strace` for. */
export const tracedCalls: readonly string[] = [
  ...Object.keys(rows),
  'getdents64',
  'fchdir',
  'clone',
  'clone3',
  'fork',
  'vfork',
  'dup',
  'dup2',
  'dup3',
  'fcntl',
];

export function findShape(call: Call): Shape | undefined {
  const row = rows[call.name];
  if (row === undefined) return undefined;
  const given = row.flags === undefined ? [] : (call.args[row.flags]?.text.match(/[A-Z]+_[A-Z0-9_]+/g) ?? []);
  const flags = new Set([...(row.implied ?? []), ...given]);
  return {
    kind: row.kind,
    flags,
    paths: row.at.map(([directory, path], index) => ({
      ...(directory !== undefined && { directory }),
      ...(path !== undefined && { path }),
      follow: index === 0 && follows(row.kind, flags),
    })),
    mayBeEmpty: flags.has('AT_EMPTY_PATH'),
  };
}

function nofollow(): string {
  return 'AT_SYMLINK_NOFOLLOW';
}

function follows(kind: CallKind, flags: ReadonlySet<string>): boolean {
  if (kind === 'link') return flags.has('AT_SYMLINK_FOLLOW');
  if (kind === 'open') return !flags.has('O_NOFOLLOW') && !(flags.has('O_CREAT') && flags.has('O_EXCL'));
  return !flags.has('AT_SYMLINK_NOFOLLOW');
}
