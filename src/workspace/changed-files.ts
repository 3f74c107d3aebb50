import { spawnSync } from 'node:child_process';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { codeOf } from '../base/files.ts';
import { suggestion } from '../base/nearest.ts';
import { decodePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { findRepository, type Environment } from './git.ts';
import type { ChangedFiles } from './scope.ts';

/**
 * What `[git-ref]` means in pnpm: the files of the workspace whose bytes, committed or not, differ from those of the commit itself
 * (not of a merge base; `[main...]` has git compare with that, without what is not committed). Untracked files do not count.
 * A moved file counts at both of its places. Never guesses: a ref that git does not know is an error that says how to fetch it.
 */
export function changedFilesIn(root: AbsolutePath, env: Environment): ChangedFiles {
  const known = new Map<string, readonly WorkspacePath[]>();
  return (ref) => {
    const files = known.get(ref) ?? changedSince(ref, { root, env });
    known.set(ref, files);
    return files;
  };
}

interface Place {
  readonly root: AbsolutePath;
  readonly env: Environment;
}

function changedSince(ref: string, place: Place): readonly WorkspacePath[] {
  const repository = git(['rev-parse', '--git-dir'], place);
  if (!repository.isDone) throw new CommandError(describeNoRepository(ref, repository.trouble, place));
  if (ref.startsWith('-'))
    throw new CommandError({ code: 'unknown-git-ref', message: `'${ref}' cannot be a git ref: it begins with a dash` });

  const diff = git(['diff', '--name-only', '-z', '--relative', '--no-renames', ref, '--', '.'], place);
  if (!diff.isDone) throw new CommandError(describeFailure(ref, diff.trouble, place));
  return diff.output.split('\0').filter((path) => path !== '') as WorkspacePath[];
}

function describeNoRepository(ref: string, trouble: string, { root }: Place): Diagnostic {
  const question = `'[${ref}]' asks git what has changed`;
  if (findRepository(root) !== undefined) return { code: 'git-failed', message: `${question}: ${trouble}` };
  return { code: 'no-repository', message: `${question}, and ${root} is in no git repository` };
}

function describeFailure(ref: string, trouble: string, place: Place): Diagnostic {
  const isShallow = linesOf(['rev-parse', '--is-shallow-repository'], place)[0] === 'true';
  const inShallowClone = isShallow ? ' in this clone, which is shallow' : '';
  const commits = ref.split(/\.{2,3}/).filter((commit) => commit !== '');
  const unknown = commits.find((commit) => !git(['rev-parse', '--verify', '--quiet', `${commit}^{object}`], place).isDone);
  if (unknown !== undefined) {
    const hint = describeRemedy(unknown, isShallow, place);
    return { code: 'unknown-git-ref', message: `git does not know '${unknown}'${inShallowClone}`, ...(hint !== undefined && { hint }) };
  }
  if (isShallow && trouble.includes('no merge base')) {
    const message = `git does not know where the sides of '${ref}' part${inShallowClone}`;
    return { code: 'unknown-git-ref', message, hint: 'Fetch all of the history: git fetch --unshallow' };
  }
  return { code: 'git-failed', message: `git cannot tell what has changed since '${ref}': ${trouble}` };
}

/** A ref that it may be a misspelling of, and the line that fetches it. */
function describeRemedy(ref: string, isShallow: boolean, place: Place): string | undefined {
  const line = fetchLine(ref, isShallow, linesOf(['remote'], place));
  const near = suggestion(ref, linesOf(['for-each-ref', '--format=%(refname:short)'], place));
  const parts = [near, line === undefined ? undefined : `${near === undefined ? 'Fetch it' : 'Or fetch it'}: ${line}`];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.join(' ');
}

/** Of a shallow clone no more history than the ref's own commit: that is all a comparison needs. */
function fetchLine(ref: string, isShallow: boolean, remotes: readonly string[]): string | undefined {
  const remote = remotes.find((one) => ref.startsWith(`${one}/`)) ?? (remotes.includes('origin') ? 'origin' : remotes[0]);
  if (remote === undefined) return undefined;
  const isPartOfHistory = /[~^:]|@\{/.test(ref) || /^[0-9a-f]{4,39}$/.test(ref);
  if (isPartOfHistory) return isShallow ? 'git fetch --unshallow' : undefined;

  const fetch = `git fetch ${isShallow ? '--depth=1 ' : ''}${remote}`;
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)) return `${fetch} ${ref}`;
  if (/(?:^v?|@v?)\d+\.\d/.test(ref)) return `${fetch} tag ${ref}`;
  if (!ref.startsWith(`${remote}/`)) return `${fetch} ${ref}:${ref}`;
  return `${fetch} ${ref.slice(remote.length + 1)}:refs/remotes/${ref}`;
}

function linesOf(args: readonly string[], place: Place): string[] {
  const answer = git(args, place);
  return answer.isDone ? answer.output.split('\n').filter((line) => line !== '') : [];
}

type Answer = { readonly isDone: true; readonly output: string } | { readonly isDone: false; readonly trouble: string };

/** `trouble` is git's own first line about it. */
function git(args: readonly string[], { root, env }: Place): Answer {
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd: root,
    env: { ...env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (codeOf(error) === 'ENOENT') {
    throw new CommandError({ code: 'no-git', message: "'[git-ref]' asks git what has changed, and there is no git in PATH" });
  }
  if (error !== undefined) throw error;
  if (status === 0) return { isDone: true, output: decodePath(stdout) };
  const [line = ''] = decodePath(stderr).split('\n');
  return { isDone: false, trouble: line.replace(/^(?:fatal|error): /, '') };
}
