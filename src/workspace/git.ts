import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ignore, { type Ignore } from 'ignore';
import { codeOf, kindOf, orAbsent, stampOf } from '../base/files.ts';
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
export type Environment = Readonly<Record<string, string | undefined>>;

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

/** `git version 2.39.5`; `undefined` where there is no git. */
export function gitVersion(env: Environment): string | undefined {
  const { status, stdout } = spawnSync('git', ['--version'], { env: { ...env }, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * What `.gitignore` files from the repository's root down say, and nothing else: the index and a user's own excludes
 * differ between machines. A tracked file is never ignored. Without a repository, or without git, nothing is.
 */
export class GitIgnores {
  readonly #workspace: AbsolutePath;
  readonly #repository: Repository | undefined;
  readonly #env: Environment;
  readonly #rules = new Map<WorkspacePath, Ignore>();
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
    return (
      this.#rulesFor(this.#repository, parentOf(inRepository)).ignores(inRepository) && !this.#isTracked(this.#repository, inRepository)
    );
  }

  /** What all files from the repository's root down to a directory say together: of several that speak of a path, the last decides. */
  #rulesFor(repository: Repository, directory: WorkspacePath): Ignore {
    const known = this.#rules.get(directory);
    if (known !== undefined) return known;
    const above = directory === '' ? ignore(asGit) : this.#rulesFor(repository, parentOf(directory));
    const text = readRules(joinPath(joinPath(repository.root, directory), '.gitignore'));
    const rules = text === undefined ? above : ignore(asGit).add(above).add(rebased(text, directory));
    this.#rules.set(directory, rules);
    return rules;
  }

  #isTracked(repository: Repository, path: string): boolean {
    this.#trackedAnyway ??= trackedAnyway(repository.root, this.#env);
    return this.#trackedAnyway.has(path) || this.#trackedAnyway.has(UNKNOWN);
  }
}

/** Letters count, as on every system whose file names tell them apart. */
const asGit = { ignorecase: false };

function readRules(file: AbsolutePath): string | undefined {
  try {
    return decodePath(readFileSync(fsPath(file))).replace(/^\uFEFF/, '');
  } catch (error) {
    // Not there, or nothing that can be read: git goes on without it too.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** The rules of a directory as rules of the repository's root. One without a slash before its end holds at any depth. */
function rebased(text: string, directory: WorkspacePath): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (directory === '') return lines;
  const above = directory.replace(/[\\*?[\] ]/g, '\\$&');
  return lines.map((line) => {
    const [sign, pattern] = line.startsWith('!') ? ['!', line.slice(1)] : ['', line];
    const depth = /\/./.test(pattern.trimEnd()) ? '' : '**/';
    return `${sign}/${above}/${depth}${pattern.replace(/^\//, '')}`;
  });
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
