import { accessSync, closeSync, constants, lstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { listDirectory, orUnreadable } from '../base/files.ts';
import {
  fsPath,
  hasEscapedBytes,
  isInside,
  joinPath,
  normalizeAbsolute,
  toWorkspacePath,
  type AbsolutePath,
  type WorkspacePath,
} from '../base/path.ts';
import { shellsEchoAlike, withArgs } from './command.ts';
import { makeEnvironment, servedEnvironment, type EnvRequest } from './env.ts';
import { invalidCommand, isUnspeakable, missingDirectory, noProgram } from './not-runnable.ts';
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
 * its globs match. Where only a shell can tell what the words become, it is a shell that runs. A diagnostic where nothing can run.
 */
export function makeReady(step: PlannedStep, context: ReadyContext): ReadyStep | Diagnostic {
  const { root, directory, env: runnerEnv, isThere = isProgram } = context;
  const cwd = joinPath(root, step.cwd);
  if (orUnreadable(() => statSync(fsPath(cwd)))?.isDirectory() !== true) return missingDirectory(step);
  if (isUnspeakable(step.shown)) return invalidCommand(step);
  const { env, declaredEnv, ambientEnv } = makeEnvironment({ env: runnerEnv, caching: step.caching, root, directory, cwd });
  const envPrefix = assign(step.envPrefix, env);
  // As in a shell, the words do not see the assignments before them.
  const words = wordsOf(step, { env, files: globFiles(cwd) });
  if (words === undefined) return makeReady(forShell(step), context);
  const [name, ...args] = words;
  const childEnv = { ...env, ...envPrefix };
  const place = { cwd, path: childEnv['PATH'] ?? '', isThere };
  const program = step.command.kind === 'program' ? findProgram(name, place) : builtinPath(name);
  if (program === undefined && shellPrograms.has(name)) return makeReady(forShell(step), context);
  if (program === undefined) {
    const found = findProgram(name, { ...place, isThere: name.includes('/') ? isSomething : isFile });
    return noProgram(name, step, { found, path: runnerEnv['PATH'] });
  }
  if (step.command.kind === 'program' && (hasEscapedBytes(program) || isShellText(program))) return makeReady(forShell(step), context);
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
    servedEnv: servedEnvironment(runnerEnv, envPrefix),
  };
}

/** Most steps assign nothing, and share what there is. */
function withoutAssigned(ambientEnv: ReadyStep['ambientEnv'], envPrefix: ReadyStep['envPrefix']): ReadyStep['ambientEnv'] {
  const isFree = ([name]: readonly [string, unknown]) => !(name in envPrefix);
  return Object.keys(envPrefix).length === 0 ? ambientEnv : Object.fromEntries(Object.entries(ambientEnv).filter(isFree));
}

/**
 * The program and its arguments. `echo` is done in process, but has its place in the key and the plan like any other. `undefined`
 * where shells differ about them, or where they hold bytes that only a shell can hand on.
 */
function wordsOf({ command }: PlannedStep, scope: ExpansionScope): [string, ...string[]] | undefined {
  if (command.kind === 'shell') return ['/bin/sh', '-c', asOperand(withArgs(command.script, command.args))];
  const words = expandWords(command.words, scope);
  if (words === undefined || words.some(hasEscapedBytes)) return undefined;
  const [name = '', ...args] = words;
  return command.kind === 'echo' && !shellsEchoAlike(args) ? undefined : [name, ...args];
}

/** A shell has its own where no program is found. */
const shellPrograms = new Set(['true', 'false', 'test']);

/** What begins with a dash or a plus would be an option of the shell. */
function asOperand(script: string): string {
  return /^[-+]/.test(script) ? ` ${script}` : script;
}

/** What the header shows is the text of the step, its assignments and extra arguments included. */
function forShell(step: PlannedStep): PlannedStep {
  return { ...step, command: { kind: 'shell', script: step.shown, args: [] }, envPrefix: [] };
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

function isSomething(path: AbsolutePath): boolean {
  return orUnreadable(() => statSync(fsPath(path), { throwIfNoEntry: false })) !== undefined;
}

// Most places where a program is searched have none, and an exception costs ten times as much as the answer.
function isFile(path: AbsolutePath): boolean {
  return orUnreadable(() => statSync(fsPath(path), { throwIfNoEntry: false }))?.isFile() === true;
}

/** Whether a file that may be executed stands there. */
export function isProgram(path: AbsolutePath): boolean {
  const isExecutable = () => {
    accessSync(fsPath(path), constants.X_OK);
    return true;
  };
  return isFile(path) && orUnreadable(isExecutable) === true;
}

/** Whether the system does not execute the file and a shell takes it for a script of its own: text without `#!`. */
function isShellText(path: AbsolutePath): boolean {
  const start = orUnreadable(() => readStart(path, 128));
  return start !== undefined && start.length > 0 && !start.includes(0) && !start.toString('latin1').startsWith('#!');
}

function readStart(path: AbsolutePath, length: number): Buffer {
  const descriptor = openSync(fsPath(path), 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

function globFiles(cwd: AbsolutePath): GlobFiles {
  const locate = (path: string): AbsolutePath => (path.startsWith('/') ? path : `${cwd}/${path}`) as AbsolutePath;
  return {
    names: (directory) => listDirectory(locate(directory))?.map((entry) => entry.name),
    exists: (path) => orUnreadable(() => lstatSync(fsPath(locate(path)))) !== undefined,
  };
}
