import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { listDirectory, orUnreadable } from '../base/files.ts';
import { fsPath, isInside, joinPath, normalizeAbsolute, toWorkspacePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { withArgs } from './command.ts';
import { makeEnvironment, type EnvRequest } from './env.ts';
import { expandAssignment, expandWords, type ExpansionScope } from './expand.ts';
import type { PlannedStep, ReadyStep } from './planned.ts';
import type { GlobFiles } from './shell-glob.ts';

export interface ReadyContext {
  readonly root: AbsolutePath;
  /** The directory of the step's package. */
  readonly directory: WorkspacePath;
  /** The runner's environment. */
  readonly env: EnvRequest['env'];
  /** As `SearchPlace` has it. */
  readonly isThere?: (path: AbsolutePath) => boolean;
}

/**
 * Settles what a planned step runs, at the moment it may start: earlier steps may have made its directory, its program or the files
 * its globs match. A diagnostic where the directory or the program is missing.
 */
export function makeReady(
  step: PlannedStep,
  { root, directory, env: runnerEnv, isThere = isProgram }: ReadyContext,
): ReadyStep | Diagnostic {
  const cwd = joinPath(root, step.cwd);
  if (orUnreadable(() => statSync(fsPath(cwd)))?.isDirectory() !== true) {
    return { code: 'missing-directory', message: `Directory '${step.cwd}' of '${step.label}' does not exist` };
  }
  const { env, declaredEnv, ambientEnv } = makeEnvironment({ env: runnerEnv, caching: step.caching, root, directory, cwd });
  const envPrefix = assign(step.envPrefix, env);
  // As in a shell, the words do not see the assignments before them.
  const [name, ...args] = wordsOf(step, { env, files: globFiles(cwd) });
  const childEnv = { ...env, ...envPrefix };
  const program = step.command.kind === 'program' ? findProgram(name, { cwd, path: childEnv['PATH'] ?? '', isThere }) : builtinPath(name);
  if (program === undefined) return notFound(name, step);
  return {
    step,
    program,
    programName: isInside(root, program) ? toWorkspacePath(root, program) : name,
    argv0: name,
    args,
    cwd,
    env: childEnv,
    envPrefix,
    declaredEnv,
    ambientEnv: withoutAssigned(ambientEnv, envPrefix),
  };
}

/** Most steps assign nothing, and share what there is. */
function withoutAssigned(ambientEnv: ReadyStep['ambientEnv'], envPrefix: ReadyStep['envPrefix']): ReadyStep['ambientEnv'] {
  const isFree = ([name]: readonly [string, unknown]) => !(name in envPrefix);
  return Object.keys(envPrefix).length === 0 ? ambientEnv : Object.fromEntries(Object.entries(ambientEnv).filter(isFree));
}

/** The program and its arguments. `echo` is done in process, but has its place in the key and the plan like any other. */
function wordsOf({ command }: PlannedStep, scope: ExpansionScope): [string, ...string[]] {
  if (command.kind === 'shell') return ['/bin/sh', '-c', withArgs(command.script, command.args)];
  const [name = '', ...args] = expandWords(command.words, scope);
  return [name, ...args];
}

function builtinPath(name: string): AbsolutePath {
  return (name === 'echo' ? '/bin/echo' : name) as AbsolutePath;
}

/** Each value sees the ones before it. */
function assign(assignments: PlannedStep['envPrefix'], env: ExpansionScope['env']): Record<string, string> {
  const assigned: Record<string, string> = {};
  for (const [name, value] of assignments) assigned[name] = expandAssignment(value, { ...env, ...assigned });
  return assigned;
}

interface SearchPlace {
  readonly cwd: AbsolutePath;
  readonly path: string;
  /** Whether a program stands at a path; asked of the disk unless given. */
  readonly isThere?: (path: AbsolutePath) => boolean;
}

/** A name with a slash is a path from the step's directory; any other is searched in PATH, whose empty entries are that directory. */
export function findProgram(name: string, { cwd, path, isThere = isProgram }: SearchPlace): AbsolutePath | undefined {
  const fromCwd = (one: string): AbsolutePath => normalizeAbsolute(one.startsWith('/') ? one : `${cwd}/${one}`);
  if (name === '') return undefined;
  if (name.includes('/')) return [fromCwd(name)].find(isThere);
  for (const directory of path.split(':')) {
    const candidate = joinPath(fromCwd(directory), name);
    if (isThere(candidate)) return candidate;
  }
  return undefined;
}

/** Whether a file that may be executed stands there. */
export function isProgram(path: AbsolutePath): boolean {
  const isExecutable = () => {
    accessSync(fsPath(path), constants.X_OK);
    return true;
  };
  // Most places where a program is searched have none, and an exception costs ten times as much as the answer.
  const isFile = orUnreadable(() => statSync(fsPath(path), { throwIfNoEntry: false }))?.isFile() === true;
  return isFile && orUnreadable(isExecutable) === true;
}

function notFound(name: string, { label, cwd }: PlannedStep): Diagnostic {
  const message = `Program '${name}' of '${label}' is not found`;
  if (name.includes('/')) return { code: 'program-not-found', message, hint: `No executable file stands there, seen from '${cwd || '.'}'` };
  return { code: 'program-not-found', message, hint: 'It is neither in node_modules/.bin of the package or the root, nor in PATH' };
}

function globFiles(cwd: AbsolutePath): GlobFiles {
  const locate = (path: string): AbsolutePath => (path.startsWith('/') ? path : `${cwd}/${path}`) as AbsolutePath;
  return {
    names: (directory) => listDirectory(locate(directory))?.map((entry) => entry.name),
    exists: (path) => orUnreadable(() => lstatSync(fsPath(locate(path)))) !== undefined,
  };
}
