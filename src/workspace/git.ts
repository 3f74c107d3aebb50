import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ignore, { type Ignore } from 'ignore';
import { kindOf, orAbsent, stampOf } from '../base/files.ts';
import {
  decodePath,
  fsPath,
  joinPath,
  normalizeAbsolute,
  parentOf,
  toWorkspacePath,
  type AbsolutePath,
  type WorkspacePath,
} from '../base/path.ts';

/** For finding and running git. */
type Environment = Readonly<Record<string, string | undefined>>;

/** The repository that encloses the workspace. */
export interface Repository {
  readonly root: AbsolutePath;
  /** Where HEAD, refs and config are: `.git`, or of a linked worktree its own directory and the common one. */
  readonly gitDirectories: readonly AbsolutePath[];
}

export function findRepository(start: AbsolutePath): Repository | undefined {
  for (let directory = start; ; directory = parentOf(directory)) {
    const gitDirectories = gitDirectoriesAt(joinPath(directory, '.git'));
    if (gitDirectories.length > 0) return { root: directory, gitDirectories };
    if (directory === '/') return undefined;
  }
}

/**
 * What `.gitignore` files from the repository's root down say, and nothing else: the index and a user's own excludes
 * differ between machines. A tracked file is never ignored. Without a repository, or without git, nothing is.
 */
export class GitIgnores {
  readonly #workspace: AbsolutePath;
  readonly #repository: Repository | undefined;
  readonly #env: Environment;
  readonly #rules = new Map<AbsolutePath, Ignore | undefined>();
  #trackedAnyway: ReadonlySet<string> | undefined;

  constructor(workspace: AbsolutePath, repository: Repository | undefined, env: Environment) {
    this.#workspace = workspace;
    this.#env = env;
    this.#repository = repository;
  }

  isIgnored(path: WorkspacePath): boolean {
    if (this.#repository === undefined) return false;
    const inRepository = toWorkspacePath(this.#repository.root, joinPath(this.#workspace, path));
    if (inRepository === '' || inRepository.startsWith('../')) return false;
    return this.#matches(this.#repository.root, inRepository.split('/')) && !this.#isTracked(this.#repository, inRepository);
  }

  /** A directory that is ignored takes everything below with it; else the deepest file that speaks of a path decides. */
  #matches(root: AbsolutePath, parts: readonly string[]): boolean {
    for (let length = 1; length <= parts.length; length++) {
      const isDirectory = length < parts.length;
      if (this.#matchesAlone(root, parts.slice(0, length), isDirectory)) return true;
    }
    return false;
  }

  #matchesAlone(root: AbsolutePath, parts: readonly string[], isDirectory: boolean): boolean {
    for (let depth = parts.length - 1; depth >= 0; depth--) {
      const rules = this.#rulesIn(joinPath(root, parts.slice(0, depth).join('/')));
      const answer = rules?.test(parts.slice(depth).join('/') + (isDirectory ? '/' : ''));
      if (answer?.ignored) return true;
      if (answer?.unignored) return false;
    }
    return false;
  }

  #rulesIn(directory: AbsolutePath): Ignore | undefined {
    if (this.#rules.has(directory)) return this.#rules.get(directory);
    const text = orAbsent(() => readFileSync(fsPath(joinPath(directory, '.gitignore')), 'utf8'));
    const rules = text === undefined ? undefined : ignore({ ignorecase: false }).add(text);
    this.#rules.set(directory, rules);
    return rules;
  }

  #isTracked(repository: Repository, path: string): boolean {
    this.#trackedAnyway ??= trackedAnyway(repository.root, this.#env);
    return this.#trackedAnyway.has(path) || this.#trackedAnyway.has(UNKNOWN);
  }
}

/** Stands for all paths where git cannot be asked: then none counts as ignored. */
const UNKNOWN = '\0';

/** The files that git tracks although a `.gitignore` matches them. */
function trackedAnyway(root: AbsolutePath, env: Environment): ReadonlySet<string> {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--ignored', '--exclude-per-directory=.gitignore'], {
    cwd: root,
    env: { ...env, GIT_OPTIONAL_LOCKS: '0' },
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (listed.status !== 0) return new Set([UNKNOWN]);
  return new Set(
    decodePath(listed.stdout)
      .split('\0')
      .filter((path) => path !== ''),
  );
}

function gitDirectoriesAt(path: AbsolutePath): AbsolutePath[] {
  const stamp = stampOf(path);
  if (stamp === undefined) return [];
  if (kindOf(stamp) === 'directory') return [path];
  const own = pointedTo(path, /^gitdir: (.+)$/m);
  if (own === undefined) return [];
  const common = pointedTo(joinPath(own, 'commondir'), /^(.+)$/m, own);
  return common === undefined ? [own] : [own, common];
}

/** The directory that a file of git's names, relative to where the file is (or to `base`). */
function pointedTo(file: AbsolutePath, pattern: RegExp, base: AbsolutePath = parentOf(file)): AbsolutePath | undefined {
  const target = pattern.exec(orAbsent(() => readFileSync(fsPath(file), 'utf8')) ?? '')?.[1];
  if (target === undefined) return undefined;
  return normalizeAbsolute(target.startsWith('/') ? target : `${base}/${target}`);
}
