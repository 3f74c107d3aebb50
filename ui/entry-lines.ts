import { displayPath, type WorkspacePath } from '../src/base/path.ts';
import type { Entry, Fingerprint, OutputFile } from '../src/cache/entry.ts';

/** What a stored execution rested on and what it left, a line each. `declared`: names and patterns of the task's `env`. */
export function entryLines({ fingerprint, outputs, removals }: Entry, declared: readonly string[]): string[] {
  return [
    ...section('Inputs:', [...inputLines(fingerprint), ...envLines(fingerprint, declared)]),
    ...section('Outputs:', [...outputs.map(outputLine), ...removals.map((path) => `${shown(path)} (removed)`)]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

/** By path, each with what of it counts; the programs after them. */
function inputLines({ files, absences, links, directories, listings, declared, programs }: Fingerprint): string[] {
  const paths = [
    ...[...files, ...(declared ?? [])].map(({ path }) => shown(path)),
    ...absences.map((path) => `${shown(path)} (missing)`),
    ...links.map(({ path, target }) => `${shown(path)} → ${displayPath(target)}`),
    ...directories.map((path) => `${shown(path)} (folder)`),
    ...listings.map(({ path }) => `${shown(path)} (listing)`),
  ];
  return [...[...new Set(paths)].sort(), ...programs.map(({ name }) => `${displayPath(name)} (program)`)];
}

function envLines({ ambient }: Fingerprint, declared: readonly string[]): string[] {
  return [...new Set([...declared, ...Object.keys(ambient)])].map((name) => `env '${displayPath(name)}'`);
}

function outputLine(output: OutputFile): string {
  switch (output.kind) {
    case 'file':
      return shown(output.path);
    case 'directory':
      return `${shown(output.path)} (folder)`;
    case 'link':
      return `${shown(output.path)} → ${displayPath(output.target)}`;
  }
}

function shown(path: WorkspacePath): string {
  return path === '' ? '.' : displayPath(path);
}
