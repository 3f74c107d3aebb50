import { Command, Option } from 'commander';
import type { Diagnostic } from '../base/diagnostic.ts';
import { parseWords } from '../base/words.ts';
import type { Scope } from '../workspace/scope.ts';

/** One `reprise run …`, on the command line or inside a script, as its words say it. */
export interface RunWords {
  readonly task: string | undefined;
  /** For the selected tasks, verbatim. */
  readonly extraArgs: readonly string[];
  readonly scope: Scope;
  readonly ignoreDependsOn: boolean;
  /** `undefined`: as the run around it, the tasks and the config say. */
  readonly cache: 'on' | 'off' | undefined;
  readonly force: boolean;
  readonly parallel: boolean;
  readonly keepGoing: boolean;
  /** As written; see `parseConcurrencyLimit`. */
  readonly concurrencyLimit: string | undefined;
  /** What only the run that the user started heeds. */
  readonly display: DisplayWords;
}

export interface DisplayWords {
  readonly log: 'interleaved' | 'labeled' | 'grouped' | undefined;
  /** How often `-v` was given. */
  readonly verbosity: number;
  readonly lastDetails: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Where every event goes as it happens: a path, or the number of an open descriptor. */
  readonly events: string | undefined;
}

/** The command with its flags, for parsing and for `--help`. */
export function describeRun(): Command {
  return new Command('run')
    .description('run a task: `task` of the current package, or `package#task`')
    .argument('[task]')
    .argument('[args...]', 'handed to the task verbatim')
    .option('-r, --recursive', 'in every package that has it, dependencies first')
    .option('-t, --transitive', 'in the package and everything it depends on')
    .option('-w, --workspace-root', 'in the root package')
    .option('-F, --filter <pattern>', "in packages by pnpm's filter syntax; repeatable", collect, [])
    .option('--fail-if-no-match', 'a filter that matches nothing is an error')
    .option('--ignore-depends-on', 'leave out what `dependsOn` names')
    .option('--cache', 'cache everything, scripts too')
    .option('--no-cache', 'neither restore nor store anything')
    .option('--force', 'run what would hit, and replace what is stored')
    .option('--concurrency-limit <n|n%>', 'commands at once (default: the available cores)')
    .option('--parallel', 'ignore the order; no limit unless one is given')
    .option('--continue', 'after a failure go on with what is independent')
    .addOption(new Option('--log <mode>', 'how output is shown').choices(['interleaved', 'labeled', 'grouped']))
    .option('-v, --verbose', 'a report after the run; -vv adds inputs, outputs', count, 0)
    .option('--last-details', 'the detailed report of the last run again')
    .option('--dry-run', 'what would run and what would hit; writes nothing')
    .option('--json', 'the plan of a dry run, or all tasks, as JSON')
    .option('--events <file|fd>', 'every event as it happens, one JSON object a line')
    .passThroughOptions();
}

/** Reads the words after `run`: `help` where they ask for it. What is wrong with them is a `usage` diagnostic. */
export function parseRunWords(words: readonly string[]): RunWords | Diagnostic | 'help' {
  const command = describeRun();
  const cacheFlags = new Set<string>();
  for (const flag of ['cache', 'no-cache']) command.on(`option:${flag}`, () => cacheFlags.add(flag));
  const problem = parseWords(command, words);
  if (problem !== undefined) return problem;
  if (cacheFlags.size > 1) return usage('--cache and --no-cache exclude each other');
  return readFlags(command);
}

interface Flags {
  readonly recursive?: true;
  readonly transitive?: true;
  readonly workspaceRoot?: true;
  readonly filter: readonly string[];
  readonly failIfNoMatch?: true;
  readonly ignoreDependsOn?: true;
  readonly cache?: boolean;
  readonly force?: true;
  readonly concurrencyLimit?: string;
  readonly parallel?: true;
  readonly continue?: true;
  readonly log?: DisplayWords['log'];
  readonly verbose: number;
  readonly lastDetails?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly events?: string;
}

function readFlags(command: Command): RunWords | Diagnostic {
  const [task, ...extraArgs] = command.args;
  const flags = command.opts<Flags>();
  const scope = scopeOf(flags);
  if ('code' in scope) return scope;
  return {
    task,
    extraArgs,
    scope,
    ignoreDependsOn: flags.ignoreDependsOn === true,
    cache: flags.cache === undefined ? undefined : flags.cache ? 'on' : 'off',
    force: flags.force === true,
    parallel: flags.parallel === true,
    keepGoing: flags.continue === true,
    concurrencyLimit: flags.concurrencyLimit,
    display: {
      log: flags.log,
      verbosity: flags.verbose,
      lastDetails: flags.lastDetails === true,
      dryRun: flags.dryRun === true,
      json: flags.json === true,
      events: flags.events,
    },
  };
}

/** `-w -r` is `-r`, which has the root in it. Anything else together would leave open what is meant. */
function scopeOf({ recursive, transitive, workspaceRoot, filter, failIfNoMatch }: Flags): Scope | Diagnostic {
  const patterns = filter.flatMap((value) => value.split(/\s+/).filter((pattern) => pattern !== ''));
  const given = [
    ...(filter.length > 0 ? ['--filter'] : []),
    ...(recursive ? ['--recursive'] : []),
    ...(transitive ? ['--transitive'] : []),
    ...(workspaceRoot && !recursive ? ['--workspace-root'] : []),
  ];
  if (given.length > 1) return usage(`${given.join(' and ')} exclude each other`, 'name one of them');
  if (filter.length > 0 && patterns.length === 0) return usage('--filter is empty', "a package name, a glob, './dir', …");
  if (patterns.length > 0) return { kind: 'filters', patterns, failIfNoMatch: failIfNoMatch === true };
  if (failIfNoMatch) return usage('--fail-if-no-match goes with --filter');
  if (recursive) return { kind: 'recursive' };
  if (transitive) return { kind: 'transitive' };
  return { kind: workspaceRoot ? 'root' : 'current' };
}

function usage(message: string, hint?: string): Diagnostic {
  return { code: 'usage', message, ...(hint !== undefined && { hint }) };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function count(_value: unknown, before: number): number {
  return before + 1;
}
