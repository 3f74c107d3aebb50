import { basename } from 'node:path';
import type { SourceFile } from './source-file.ts';

const lineLimit = 250;
const bannedNames = new Set(['utils', 'helpers', 'common', 'types', 'manager', 'service', 'handler']);

/** The environment, the directory and signal handlers come in through these. */
const mayReadProcess =
  /^(src\/(cli\.ts|current-directory\.ts|index\.ts|run\.ts|commands\/)|workers\/(config-loader|client|node-client)\.ts)/;
const processEdges = new Set(['env', 'cwd', 'chdir', 'on', 'once', 'addListener', 'prependListener', 'computed']);

export function tooLong(files: readonly SourceFile[]): string[] {
  return files.filter(({ lines }) => lines > lineLimit).map(({ path, lines }) => `${path} has ${lines} lines`);
}

export function badlyNamed(files: readonly SourceFile[]): string[] {
  return pathsWhere(files, ({ path }) => bannedNames.has(basename(path).split('.')[0] ?? ''));
}

export function escapesOutsideTerminal(files: readonly SourceFile[]): string[] {
  return pathsWhere(files, ({ path, hasEscape }) => hasEscape && path !== 'ui/terminal.ts');
}

export function defaultExports(files: readonly SourceFile[]): string[] {
  // A declaration says what a package has.
  return pathsWhere(files, ({ path, hasDefaultExport }) => hasDefaultExport && !path.endsWith('.d.ts'));
}

export function processOutsideEdges(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !mayReadProcess.test(path))
    .flatMap(({ path, processMembers, imports }) => [
      ...processMembers.filter((name) => processEdges.has(name)).map((name) => `${path} uses process.${name}`),
      ...imports.filter(({ target }) => /^(node:)?process$/.test(target)).map(({ target }) => `${path} imports ${target}`),
    ]);
}

function pathsWhere(files: readonly SourceFile[], holds: (file: SourceFile) => boolean): string[] {
  return files.filter(holds).map(({ path }) => path);
}
