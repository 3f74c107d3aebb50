import type { Diagnostic } from '../base/diagnostic.ts';

/** One pattern of pnpm's filter syntax. The parts that are there all have to match. */
export interface FilterPattern {
  /** As the user wrote it. */
  readonly text: string;
  readonly isExclusion: boolean;
  /** `*` stands for anything, `/` included. */
  readonly name: string | undefined;
  /** A path or a glob, relative to where the user is. */
  readonly directory: string | undefined;
  /** Only what has changed since: whatever `git diff` takes. */
  readonly ref: string | undefined;
  readonly withDependencies: boolean;
  readonly withDependents: boolean;
  /** Only the relatives: `^`, on either side. */
  readonly excludesItself: boolean;
}

/**
 * Reads `!…^name{directory}[ref]^...`. Unlike in pnpm, `./directory` takes `...` too, and what pnpm would silently read as a
 * name that no package can have (`a{b`, `[ref]{dir}`, `!!a`) is a diagnostic.
 */
export function parseFilterPattern(text: string): FilterPattern | Diagnostic {
  const isExclusion = text.startsWith('!');
  const [beforeDependencies, dependencies] = takeEnd(text, isExclusion ? 1 : 0);
  const [start, dependents] = takeStart(beforeDependencies, isExclusion ? 1 : 0);
  const core = beforeDependencies.slice(start);

  const isPath = /^\.\.?(?:\/|$)/.test(core);
  const problem = isPath ? undefined : problemOf(core);
  if (problem !== undefined) return malformed(text, start, problem);
  const parts = isPath ? { directory: core } : partsOf(core);
  return {
    text,
    isExclusion,
    name: parts.name,
    directory: parts.directory,
    ref: parts.ref,
    withDependencies: dependencies !== '',
    withDependents: dependents !== '',
    excludesItself: dependencies === '^...' || dependents === '...^',
  };
}

/** The dots at the end belong to the dependencies, also where there are too many: as pnpm reads `....`. */
function takeEnd(text: string, from: number): readonly [rest: string, dots: string] {
  const dots = /\^?\.\.\.$/.exec(text.slice(from))?.[0] ?? '';
  return [text.slice(0, text.length - dots.length), dots];
}

function takeStart(text: string, from: number): readonly [start: number, dots: string] {
  const dots = /^\.\.\.\^?/.exec(text.slice(from))?.[0] ?? '';
  return [from + dots.length, dots];
}

interface Parts {
  readonly name?: string | undefined;
  readonly directory?: string | undefined;
  readonly ref?: string | undefined;
}

const wellFormed = /^(?<name>[^{}[\]]+)?(?:\{(?<directory>[^{}]+)\})?(?:\[(?<ref>[^\]]+)\])?$/;

function partsOf(core: string): Parts {
  return wellFormed.exec(core)?.groups ?? {};
}

interface Problem {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

function problemOf(core: string): Problem | undefined {
  const name = /^[^{}[\]]*/.exec(core)?.[0] ?? '';
  if (core === '')
    return { offset: 0, message: 'names no package', hint: "Name a package, a directory ('./dir', '{dir}') or a '[git-ref]'" };
  return problemOfName(name) ?? (wellFormed.test(core) ? undefined : problemOfRest(core, name.length));
}

function problemOfName(name: string): Problem | undefined {
  if (name.startsWith('.')) {
    return { offset: 0, message: 'begins with a dot, as no package name does', hint: `A directory is written './${name}'` };
  }
  if (name.startsWith('!')) return { offset: 0, message: "has a second '!'", hint: "One '!' at the very start excludes" };
  const chevron = name.indexOf('^');
  if (chevron < 0) return undefined;
  return {
    offset: chevron,
    message: "has a '^' that is not beside '...'",
    hint: "'p^...' is the dependencies of p, '...^p' its dependents",
  };
}

/** What is wrong from `{`, `[` or a stray closing one at `offset` on. */
function problemOfRest(core: string, offset: number): Problem {
  const opening = core[offset] ?? '';
  const closing = opening === '{' ? '}' : opening === '[' ? ']' : undefined;
  if (closing === undefined) {
    const partner = opening === '}' ? '{' : '[';
    return { offset, message: `has a '${opening}' without its '${partner}'`, hint: orderHint };
  }
  const end = core.indexOf(closing, offset);
  const content = core.slice(offset + 1, end);
  if (end < 0) return { offset, message: `has a '${opening}' without its '${closing}'`, hint: orderHint };
  if (content === '') return { offset, message: `has nothing between '${opening}' and '${closing}'`, hint: orderHint };
  const nested = opening === '{' ? content.indexOf('{') : -1;
  if (nested >= 0) return { offset: offset + 1 + nested, message: "has a '{' within '{…}'", hint: "Alternatives are written './{a,b}'" };
  if (opening === '{' && core[end + 1] === '[') return problemOfRest(core, end + 1);
  return { offset: end + 1, message: `has more after '${opening}…${closing}'`, hint: orderHint };
}

const orderHint = "The parts of a filter are name{dir}[git-ref], each of which may be left out; in a name only '*' is special";

function malformed(text: string, start: number, { offset, message, hint }: Problem): Diagnostic {
  const at = { file: '--filter', line: 1, column: start + offset + 1, source: text };
  return { code: 'invalid-filter', message: `Filter '${text}' ${message}`, at, hint };
}
