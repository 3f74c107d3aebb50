import { displayPath, type WorkspacePath } from '../src/base/path.ts';
import type { AskedSet, Entry, Fingerprint, OutputFile } from '../src/cache/entry.ts';

/**
 * What a stored execution rested on, what it left, and what its tools said to mean nothing, a line each. `declared`: names
 * and patterns of the task's `env`.
 */
export function entryLines(entry: Entry, declared: readonly string[]): string[] {
  return entrySections(entry, declared).flatMap(({ title, lines }) => [`${title}:`, ...lines.map((line) => `  ${line}`)]);
}

interface EntrySection {
  readonly title: 'Inputs' | 'Outputs' | 'Ignored';
  /** Never empty. */
  readonly lines: readonly string[];
}

/** The same by what the lines are. */
export function entrySections({ fingerprint, outputs, removals, ignoredOutputs }: Entry, declared: readonly string[]): EntrySection[] {
  const sections: EntrySection[] = [
    { title: 'Inputs', lines: [...inputLines(fingerprint), ...envLines(fingerprint, declared)] },
    { title: 'Outputs', lines: [...outputs.map(outputLine), ...removals.map((path) => `${shown(path)} (removed)`)] },
    { title: 'Ignored', lines: ignoredLines(fingerprint.ignoredInputs, ignoredOutputs) },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
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

/** Of a set that a tool asked for, the pattern, and what it fitted. */
function envLines({ ambient, asked: { names, sets }, read }: Fingerprint, declared: readonly string[]): string[] {
  const asked = [...names.map(({ name }) => name), ...sets.flatMap(({ pattern, values }) => [shownPattern(pattern), ...namesOf(values)])];
  return [...new Set([...declared, ...Object.keys(ambient), ...asked, ...namesOf(read)])].map((name) => `env '${displayPath(name)}'`);
}

function shownPattern(pattern: AskedSet['pattern']): string {
  return 'prefix' in pattern ? `${pattern.prefix}*` : pattern.glob;
}

function namesOf(values: readonly { readonly name: string }[]): string[] {
  return values.map(({ name }) => name);
}

function ignoredLines(inputs: readonly WorkspacePath[], outputs: readonly WorkspacePath[]): string[] {
  const [input, output] = [new Set(inputs), new Set(outputs)];
  return [...new Set([...inputs, ...outputs])].sort().map((path) => {
    const roles = [...(input.has(path) ? ['input'] : []), ...(output.has(path) ? ['output'] : [])];
    return `${shown(path)} (${roles.join(', ')})`;
  });
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
