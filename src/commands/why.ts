import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CommandError } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { orUnreadable } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';
import { parseWords } from '../base/words.ts';
import { historyFile, recordFile } from '../cache/cache-places.ts';
import { describeMiss } from '../cache/miss-reason.ts';
import { dryRun } from '../dry-run.ts';
import { queryOf } from '../plan/run-query.ts';
import { addScopeFlags, scopeOf, type ScopeFlags } from '../plan/run-words.ts';
import { explain, type Past } from '../report/explanation.ts';
import type { ForecastTask } from '../report/forecast.ts';
import { noHistory, parseHistory } from '../report/miss-history.ts';
import { parseRunRecord, type RunRecord } from '../report/run-record.ts';
import { whyJson } from '../report/why-json.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import { splitTaskName } from '../workspace/package-name.ts';
import type { Scope } from '../workspace/scope.ts';
import { wantsColors } from '../../ui/terminal.ts';
import { renderWhy } from '../../ui/why.ts';

interface WhyFlags extends ScopeFlags {
  readonly cache?: true;
  readonly json?: true;
}

/** `reprise why`: gives the exit code. Runs nothing, writes nothing, and waits for no run that goes on. */
export async function whyCommand(words: readonly string[]): Promise<number> {
  const command = describeWhy();
  const read = parseWords(command, words);
  if (read === 'help') return print(command.helpInformation());
  if (read !== undefined) throw new CommandError(read);
  const [task, ...extraArgs] = command.args;
  if (task === undefined)
    throw new CommandError({ code: 'usage', message: 'no task is named', hint: 'reprise why [flags] <task> [args…]' });
  const flags = command.opts<WhyFlags>();
  const scope = scopeOf(flags);
  if ('code' in scope) throw new CommandError(scope);
  const cache = flags.cache === true ? ('on' as const) : undefined;
  const query = queryOf({ ...asUsual, task, extraArgs, scope, cache });
  const told = await dryRun({ cwd: currentDirectory(process.cwd), query }, faithfulEnvironment(process.env), { comparesAll: true });
  const explanation = explain(told, pastOf(told.root as AbsolutePath), isAskedIn(told.tasks, task, scope));
  if (flags.json === true) return print(`${JSON.stringify(whyJson(explanation, describeMiss), undefined, 2)}\n`);
  return print(`${renderWhy(explanation, { hasColors: wantsColors(process.stdout, process.env), now: Date.now() })}\n`);
}

function describeWhy(): Command {
  const command = new Command('reprise why')
    .description('why each step of a task would hit now or not, and what would change that; runs nothing')
    .argument('[task]', '`task` of the current package, or `package#task`')
    .argument('[args...]', 'as the run would hand them to the task');
  return addScopeFlags(command)
    .option('--cache', 'as with `run --cache`: scripts are cached too')
    .option('--json', 'as JSON, with every difference')
    .passThroughOptions();
}

const asUsual = { ignoreDependsOn: false, force: false, parallel: false, keepGoing: false, concurrencyLimit: undefined } as const;

/** Of one package, the task that comes last; of several, those of that name. What runs before them is not asked for. */
function isAskedIn(tasks: readonly ForecastTask[], task: string, { kind }: Scope): (one: ForecastTask) => boolean {
  if (kind === 'current' || kind === 'root') return (one) => one === tasks.at(-1);
  const { task: name } = splitTaskName(task);
  return (one) => one.name === name;
}

/** What cannot be read is as good as not there. */
function pastOf(root: AbsolutePath): Past {
  const history = orUnreadable(() => readFileSync(historyFile(root), 'utf8'));
  return { record: lastRecord(root), history: history === undefined ? noHistory : parseHistory(history) };
}

function lastRecord(root: AbsolutePath): RunRecord | undefined {
  const text = orUnreadable(() => readFileSync(recordFile(root), 'utf8'));
  if (text === undefined) return undefined;
  try {
    return parseRunRecord(text);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
