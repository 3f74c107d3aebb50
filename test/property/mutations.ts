import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { fsPath, isInside, joinPath, nameOf, parentOf, type AbsolutePath, type WorkspacePath } from '../../src/base/path.ts';
import { codeOf } from '../../src/base/files.ts';
import type { AskedEnv, Entry } from '../../src/cache/entry.ts';
import { localTarget } from '../../src/cache/file-state.ts';
import { ambientNames } from '../../src/plan/env-tables.ts';
import type { Random } from '../harness/random.ts';
import type { Rig } from '../harness/rig.ts';
import type { Env, Lookups } from './lookups.ts';

/** One change of something that a stored execution depended on. */
export interface Mutation {
  readonly kind: string;
  readonly subject: string;
  /** Of the task: the first that must not hit any more. */
  readonly step: number;
  /** Makes the change and gives what takes it back; `undefined`: it cannot be made here. */
  readonly apply: () => (() => void) | undefined;
  /** The environment to look up with. */
  readonly env?: Env;
}

/** Every single change of what the entries of a task's steps name: contents, modes, absences, links, directories, names, programs, env. */
export function mutationsOf(entries: ReadonlyMap<number, Entry>, lookups: Lookups, random: Random): Mutation[] {
  return [...entries].flatMap(([step, entry]) => {
    const settled = lookups.leftBefore(step, entries);
    const reaches = (path: WorkspacePath) => !path.startsWith('../') && ![...settled].some((left) => isInside(left, path));
    return ofStep({ step, entry, rig: lookups.rig, env: lookups.env, random, reaches });
  });
}

/** The cache that is asked must stay where it is. */
function holdsCache(path: string): boolean {
  return isInside(path, 'node_modules/.cache/reprise');
}

function removable(directory: WorkspacePath, names: readonly string[], random: Random): string[] {
  const found = names.map((name) => name.slice(1)).filter((name) => !holdsCache(directory === '' ? name : `${directory}/${name}`));
  return found.length === 0 ? [] : [random.pick(found)];
}

interface Scope {
  readonly step: number;
  readonly entry: Entry;
  readonly rig: Rig;
  readonly env: Env;
  readonly random: Random;
  /** A change on disk of the path is not undone by a hit of an earlier step. */
  readonly reaches: (path: WorkspacePath) => boolean;
}

function ofStep({ step, entry, rig, env, random, reaches }: Scope): Mutation[] {
  const { files, absences, links, directories, listings, programs, asked, read } = entry.fingerprint;
  const at = (path: WorkspacePath) => joinPath(rig.root, path);
  const make = (kind: string, subject: string, apply: Mutation['apply']): Mutation => ({ kind, subject, step, apply });
  const paths = <Item extends { readonly path: WorkspacePath }>(items: readonly Item[]) => items.filter(({ path }) => reaches(path));
  return [
    ...paths(files).flatMap(({ path }) => [
      make('content', path, () => changeByte(at(path), random)),
      make('mode', path, () => toggleExecutable(at(path))),
      make('gone file', path, () => moveAway(at(path), rig)),
    ]),
    ...absences
      .filter(reaches)
      .flatMap((path) => [
        make('new file', path, () => appear(at(path), 'file')),
        make('new directory', path, () => appear(at(path), 'directory')),
      ]),
    ...paths(links).map(({ path, target }) => make('link', path, () => retarget(at(path), localTarget(rig.root, target)))),
    ...directories
      .filter((path) => !holdsCache(path) && reaches(path))
      .map((path) => make('gone directory', path, () => moveAway(at(path), rig))),
    ...paths(listings).flatMap(({ path, names }) => [
      make('added name', path, () => appear(joinPath(at(path), 'zz-added'), 'file')),
      make('added directory', path, () => appear(joinPath(at(path), 'zz-added'), 'directory')),
      ...removable(path, names, random).map((name) => make('removed name', path, () => moveAway(joinPath(at(path), name), rig))),
    ]),
    ...programs.filter(({ name }) => !name.includes('/')).map(({ name }) => shadow(name, step, rig, env)),
    ...programs
      .filter(({ name }) => isInside(rig.home, name))
      .map(({ name }) => make('replaced program', name, () => changeByte(name as AbsolutePath, random))),
    ...read.flatMap(({ name }) =>
      [...otherValues(name, env)].map((changed) => ({ ...make('env that was read', name, () => () => {}), env: changed })),
    ),
    ...[...environments(env), ...askedEnvironments(asked, env)].map(([name, changed]) => ({
      ...make('env', name, () => () => {}),
      env: changed,
    })),
  ];
}

/** One byte is another one. */
export function changeByte(path: AbsolutePath, random: Random): () => void {
  const { undo, bytes } = remember(path);
  const changed = bytes.length === 0 ? Buffer.from('z') : Buffer.from(bytes);
  const offset = random.below(changed.length);
  if (bytes.length > 0) changed[offset] = (changed[offset] ?? 0) ^ 1;
  writeFileSync(fsPath(path), changed);
  return undo;
}

function toggleExecutable(path: AbsolutePath): () => void {
  const { mode } = lstatSync(fsPath(path));
  chmodSync(fsPath(path), (mode & 0o7777) ^ 0o100);
  return () => chmodSync(fsPath(path), mode & 0o7777);
}

/** Where the task's own work stands now, somebody else's takes its place. */
function appear(path: AbsolutePath, kind: 'file' | 'directory'): (() => void) | undefined {
  if (existsSync(fsPath(path))) return replaceOwn(path);
  const missing = firstMissing(path);
  try {
    mkdirSync(fsPath(kind === 'file' ? parentOf(path) : path), { recursive: true });
    if (kind === 'file') writeFileSync(fsPath(path), '');
  } catch (error) {
    // Something above it is a file, or the name cannot be made.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  return () => rmSync(fsPath(missing), { recursive: true });
}

function replaceOwn(path: AbsolutePath): (() => void) | undefined {
  const stat = lstatSync(fsPath(path));
  if (stat.isDirectory()) return appear(joinPath(path, 'zz-foreign'), 'file');
  if (!stat.isFile()) return undefined;
  const { undo } = remember(path);
  writeFileSync(fsPath(path), 'not what the task left\n');
  return undo;
}

function retarget(path: AbsolutePath, target: string): () => void {
  const was = readlinkSync(fsPath(path));
  rmSync(fsPath(path));
  symlinkSync(`${target}-elsewhere`, fsPath(path));
  return () => {
    rmSync(fsPath(path));
    symlinkSync(was, fsPath(path));
  };
}

function moveAway(path: AbsolutePath, rig: Rig): (() => void) | undefined {
  const aside = joinPath(rig.temp, `aside-${nameOf(path)}`);
  try {
    renameSync(fsPath(path), fsPath(aside));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  return () => renameSync(fsPath(aside), fsPath(path));
}

/** Another program of that name comes first in PATH. */
function shadow(name: string, step: number, rig: Rig, env: Env): Mutation {
  const directory = joinPath(rig.temp, 'shadow');
  const apply = () => {
    mkdirSync(directory);
    writeFileSync(joinPath(directory, name), '#!/bin/sh\n', { mode: 0o755 });
    return () => rmSync(directory, { recursive: true });
  };
  return { kind: 'program', subject: name, step, apply, env: { ...env, PATH: `${directory}:${env['PATH']}` } };
}

function environments(env: Env): [name: string, changed: Env][] {
  const names = ambientNames.map((name) => name.replace('*', 'SOMETHING'));
  return names.map((name) => [name, { ...env, [name]: 'changed' }]);
}

function askedEnvironments({ names, sets }: AskedEnv, env: Env): [name: string, changed: Env][] {
  const added = sets.flatMap(({ pattern }) => ('prefix' in pattern ? [`${pattern.prefix}ADDED`] : []));
  const held = [...names, ...sets.flatMap(({ values }) => values)].map(({ name }) => name);
  return [
    ...[...held, ...added].map((name): [string, Env] => [name, { ...env, [name]: 'changed' }]),
    ...held.filter((name) => name in env).map((name): [string, Env] => [name, without(env, name)]),
  ];
}

/** Of a variable that a program asked for by its name. */
function otherValues(name: string, env: Env): Env[] {
  return [{ ...env, [name]: `${env[name] ?? ''}-changed` }, ...(name in env ? [without(env, name)] : [])];
}

function without(env: Env, name: string): Env {
  return Object.fromEntries(Object.entries(env).filter(([other]) => other !== name));
}

function remember(path: AbsolutePath): { readonly bytes: Buffer; readonly undo: () => void } {
  const bytes = readFileSync(fsPath(path));
  const { mode, atime, mtime } = lstatSync(fsPath(path));
  const undo = () => {
    writeFileSync(fsPath(path), bytes);
    chmodSync(fsPath(path), mode & 0o7777);
    utimesSync(fsPath(path), atime, mtime);
  };
  return { bytes, undo };
}

/** The topmost path that making `path` would make. */
function firstMissing(path: AbsolutePath): AbsolutePath {
  let missing = path;
  while (!existsSync(fsPath(parentOf(missing)))) missing = parentOf(missing);
  return missing;
}
