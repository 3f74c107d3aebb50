import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AbsolutePath } from '../../../src/base/path.ts';
import { shellScriptOf, type Language, type Program } from './operations.ts';

const here = fileURLToPath(new URL('./', import.meta.url));

/** Compiles the interpreter of C programs into `directory`, dynamic and static. */
export function compileInterpreters(directory: string): void {
  for (const [name, ...flags] of [['c'], ['static c', '-static']]) {
    const { status, stderr } = spawnSync('cc', [
      '-O1',
      '-w',
      ...flags,
      '-pthread',
      '-o',
      join(directory, name ?? ''),
      `${here}interpreter.c`,
    ]);
    if (status !== 0) throw new Error(`the interpreter could not be compiled: ${stderr}`);
  }
}

/** How a program is run; `directory` is that of the interpreters. */
export function commandOf(program: Program, directory: string): string[] {
  const words = program.operations.flatMap(({ name, words }) => [name, ...words]);
  switch (program.language) {
    case 'c':
    case 'static c':
      return [join(directory, program.language), ...words];
    case 'node':
      return [process.execPath, `${here}interpreter.mjs`, ...words];
    case 'shell':
      return ['/bin/sh', '-c', shellScriptOf(program)];
  }
}

/** The workspace as each program finds it. It lies deep, so that a link that is moved up a little leads to nobody else's files. */
export function makeGround(around: AbsolutePath): AbsolutePath {
  rmSync(around, { recursive: true, force: true });
  const root = join(around, 'deep/deeper/root') as AbsolutePath;
  mkdirSync(join(root, 'd1/e'), { recursive: true });
  mkdirSync(join(root, 'd2'));
  for (const path of ['f1', 'f2', 'd1/f1', 'd1/e/f2', 'd2/f3']) writeFileSync(join(root, path), 'text\n');
  writeFileSync(join(root, 'x1'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const links = { l1: 'd1', l2: 'f1', l3: 'nowhere', 'd1/up': '../d2', 'd2/l1': `${root}/d1/f1` };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  return root;
}

/** How many of 500 programs are in each language, and how long they are. */
export const mix: Readonly<Record<Language, { readonly share: number; readonly length: number }>> = {
  c: { share: 0.44, length: 100 },
  'static c': { share: 0.2, length: 100 },
  node: { share: 0.2, length: 165 },
  shell: { share: 0.16, length: 200 },
};
