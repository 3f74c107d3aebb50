import { Command, Option } from 'commander';
import type { Diagnostic } from '../base/diagnostic.ts';
import { parseWords } from '../base/words.ts';
import type { Scope } from '../workspace/scope.ts';
import { parseSummary, type SummaryWords } from './summary-words.ts';

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
  readonly ui: 'auto' | 'live' | 'stream';
  /** How often `-v` was given. */
  readonly verbosity: number;
  readonly lastDetails: boolean;
  readonly summary: SummaryWords | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Where every event goes as it happens: a path, or the number of an open descriptor. */
  readonly events: string | undefined;
  /** Where the profile goes. */
  readonly profile: string | undefined;
}

/** The command with its flags, for parsing and for `--help`. */
export function describeRun(): Command {
  const command = new Command('run')
    .description('run a task: `task` of the current package, or `package#task`')
    .argument('[task]')
    .argument('[args...]', 'handed to the task verbatim');
  return addScopeFlags(command)
    .option('--ignore-depends-on', 'leave out what `dependsOn` names')
    .option('--cache', 'cache everything, scripts too')
    .option('--no-cache', 'neither restore nor store anything')
    .option('--force', 'run what would hit, and replace what is stored')
    .option('--concurrency-limit <n|n%>', 'commands at once (default: the available cores)')
    .option('--parallel', 'ignore the order; no limit unless one is given')
    .option('--continue', 'after a failure go on with what is independent')
    .addOption(new Option('--log <mode>', 'how output is shown').choices(['interleaved', 'labeled', 'grouped']))
    .addOption(new Option('--ui <kind>', 'a live view on a terminal').choices(['auto', 'live', 'stream']).default('auto'))
    .option('-v, --verbose', 'a report after the run; -vv adds inputs, outputs', count, 0)
    .option('--summary [=kind]', 'that report: text, json or html[:file]')
    .option('--last-details', 'the detailed report of the last run again')
    .option('--dry-run', 'what would run and what would hit; writes nothing')
    .option('--json', 'the plan of a dry run, or all tasks, as JSON')
    .option('--events <file|fd>', 'every event as it happens, one JSON object a line')
    .option('--profile <file>', 'a Chrome trace of the run, for Perfetto')
    .passThroughOptions();
}

/** The flags that say which packages are meant. */
export function addScopeFlags(command: Command): Command {
  return command
    .option('-r, --recursive', 'in every package that has it, dependencies first')
    .option('-t, --transitive', 'in the package and everything it depends on')
    .option('-w, --workspace-root', 'in the root package')
    .option('-F, --filter <pattern>', "in packages by pnpm's filter syntax; repeatable", collect, [])
    .option('--fail-if-no-match', 'a filter that matches nothing is an error');
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

export interface ScopeFlags {
  readonly recursive?: true;
  readonly transitive?: true;
  readonly workspaceRoot?: true;
  readonly filter: readonly string[];
  readonly failIfNoMatch?: true;
}

interface Flags extends ScopeFlags {
  readonly ignoreDependsOn?: true;
  readonly cache?: boolean;
  readonly force?: true;
  readonly concurrencyLimit?: string;
  readonly parallel?: true;
  readonly continue?: true;
  readonly log?: DisplayWords['log'];
  readonly ui: DisplayWords['ui'];
  readonly verbose: number;
  readonly summary?: string;
  readonly lastDetails?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly events?: string;
  readonly profile?: string;
}

function readFlags(command: Command): RunWords | Diagnostic {
  const [task, ...extraArgs] = command.args;
  const flags = command.opts<Flags>();
  const scope = scopeOf(flags);
  if ('code' in scope) return scope;
  const summary = parseSummary(flags.summary);
  if (summary !== undefined && 'code' in summary) return summary;
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
      ui: flags.ui,
      verbosity: flags.verbose,
      lastDetails: flags.lastDetails === true,
      summary,
      dryRun: flags.dryRun === true,
      json: flags.json === true,
      events: flags.events,
      profile: flags.profile,
    },
  };
}

/** `-w -r` is `-r`, which has the root in it. Anything else together would leave open what is meant. */
export function scopeOf({ recursive, transitive, workspaceRoot, filter, failIfNoMatch }: ScopeFlags): Scope | Diagnostic {
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
