import { closeSync, openSync, readSync } from 'node:fs';
import { stampOf } from '../base/files.ts';
import { fsPath, isInside, nameOf, parentOf, type AbsolutePath } from '../base/path.ts';
import { findProgram } from '../plan/ready.ts';
import type { ReadyStep } from '../plan/planned.ts';
import type { ProgramInput } from './entry.ts';
import type { FileStates } from './file-states.ts';
import { programDigests, realPath } from './snapshot.ts';

/**
 * The programs from outside the workspace that a step executed, as inputs: by name where the task's PATH leads to them,
 * so that another one found first is noticed, else by place. A script brings its nearest `package.json`, since what the
 * script loads lies outside what is traced.
 */
export async function programsUsed(ready: ReadyStep, executed: readonly AbsolutePath[], states: FileStates): Promise<ProgramInput[]> {
  const outside = executed.filter((path) => !isInside(states.root, path) && !path.startsWith('/proc/'));
  const names = outside.flatMap((path) => [nameInPath(path, ready), ...manifestOf(path)]);
  const digests = await programDigests(ready, names, states);
  return [...digests].map(([name, digest]) => ({ name, digest }));
}

function nameInPath(path: AbsolutePath, ready: ReadyStep): string {
  const name = nameOf(path);
  const found = findProgram(name, { cwd: ready.cwd, path: ready.env['PATH'] ?? '' });
  return found !== undefined && realPath(found) === realPath(path) ? name : path;
}

function manifestOf(path: AbsolutePath): string[] {
  const real = realPath(path);
  if (real === undefined || !isScript(real)) return [];
  for (let directory = parentOf(real); directory !== '/'; directory = parentOf(directory)) {
    const manifest = `${directory}/package.json` as AbsolutePath;
    if (stampOf(manifest)) return [manifest];
  }
  return [];
}

function isScript(path: AbsolutePath): boolean {
  const head = Buffer.alloc(2);
  const file = openSync(fsPath(path), 'r');
  try {
    readSync(file, head, 0, 2, 0);
  } finally {
    closeSync(file);
  }
  return head.toString('latin1') === '#!';
}
