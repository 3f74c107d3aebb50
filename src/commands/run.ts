import { readFileSync } from 'node:fs';
import { CommandError } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { orAbsent, orUnreadable } from '../base/files.ts';
import { isInForeground } from '../base/foreground.ts';
import type { AbsolutePath } from '../base/path.ts';
import { recordFile } from '../cache/cache-places.ts';
import { describeMiss } from '../cache/miss-reason.ts';
import type { ConcurrencyLimit } from '../plan/planned.ts';
import { limitOf, queryOf } from '../plan/run-query.ts';
import { describeRun, parseRunWords, type DisplayWords, type RunWords } from '../plan/run-words.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import { expectedDurations, type ExpectedDurations } from '../report/expected-durations.ts';
import { parseRunRecord, readableRecord, type RunRecord } from '../report/run-record.ts';
import { run } from '../run.ts';
import { Cancellation } from '../schedule/cancel.ts';
import { findWorkspace } from '../workspace/root.ts';
import { renderDetails } from '../../ui/details.ts';
import { Output } from '../../ui/output.ts';
import type { Reporter } from '../../ui/reporter.ts';
import { StreamReporter, type StreamPage } from '../../ui/stream.ts';
import { renderFooter } from '../../ui/summary.ts';
import { canRedraw, wantsColors } from '../../ui/terminal.ts';

/** `reprise run`: gives the exit code. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const read = parseRunWords(words);
  if (read === 'help') return print(describeRun().helpInformation());
  if ('code' in read) throw new CommandError(read);
  const cwd = currentDirectory(process.cwd);
  if (read.display.lastDetails) return showLast(cwd, read);
  const { task, display } = read;
  if (display.json && task !== undefined && !display.dryRun) throw usage('--json with a task goes with --dry-run');
  if (task === undefined) return await showTasks(cwd, read);
  return display.dryRun ? await showForecast(cwd, { ...read, task }) : await runTask(cwd, { ...read, task });
}

async function showTasks(cwd: AbsolutePath, { display, scope }: RunWords): Promise<number> {
  if (display.dryRun || scope.kind !== 'current') throw usage('no task is named', 'reprise run [flags] <task> [args…]');
  const { readTaskGraph } = await import('../prepare.ts');
  const graph = await readTaskGraph(cwd, faithfulEnvironment(process.env));
  if (display.json) {
    const { graphJson } = await import('../graph/graph-json.ts');
    return print(`${JSON.stringify(graphJson(graph), undefined, 2)}\n`);
  }
  const { renderTaskList } = await import('../../ui/task-list.ts');
  return print(`${renderTaskList(graph, { hasColors: wantsColors(process.stdout, process.env) })}\n`);
}

async function showForecast(cwd: AbsolutePath, words: RunWords & { readonly task: string }): Promise<number> {
  const { dryRun } = await import('../dry-run.ts');
  const told = await dryRun({ cwd, query: queryOf(words) }, faithfulEnvironment(process.env));
  if (words.display.json) {
    const { planJson } = await import('../report/plan-json.ts');
    return print(`${JSON.stringify(planJson(told, describeMiss), undefined, 2)}\n`);
  }
  const { renderForecast } = await import('../../ui/forecast.ts');
  return print(`${renderForecast(told, { hasColors: wantsColors(process.stdout, process.env) })}\n`);
}

async function runTask(cwd: AbsolutePath, words: RunWords & { readonly task: string }): Promise<number> {
  const outputs = { stdout: new Output(process.stdout), stderr: new Output(process.stderr) };
  const { display } = words;
  const colors = { stdout: wantsColors(process.stdout, process.env), stderr: wantsColors(process.stderr, process.env) };
  const query = queryOf(words);
  const cancellation = new Cancellation();
  const reporter = await openReporter(display, { ...outputs, colors }, cancellation);
  const stopListening = forwardSignals(cancellation);
  try {
    const record = await run(
      { cwd, query: { ...query, limit: query.limit ?? limitInEnvironment() } },
      { env: faithfulEnvironment(process.env), cancellation, listeners: [(event) => reporter.show(event)], hasTerminal: true },
    );
    reporter.close(display.verbosity > 0 ? await details(record, cwd, display) : renderFooter(record, { hasColors: colors.stdout }));
    const { trouble } = outputs.stdout;
    if (trouble === undefined) return record.exitCode;
    outputs.stderr.write(`error[output-lost]: stdout cannot be written: ${trouble}\n`);
    return record.exitCode === 0 ? 1 : record.exitCode;
  } finally {
    reporter.release();
    stopListening();
  }
}

/** The live view shows whole logs, so it takes no other wish about them. */
async function openReporter({ ui, log }: DisplayWords, page: StreamPage, cancellation: Cancellation): Promise<Reporter> {
  const mode = log ?? 'interleaved';
  if (ui === 'live' && log !== undefined && log !== 'grouped') throw usage(`--ui=live and --log=${log} exclude each other`);
  const isLive = ui !== 'stream' && (log ?? 'grouped') === 'grouped' && canRedraw(process.stdout, process.env);
  if (!isLive) return new StreamReporter({ mode, ...page });
  const { LiveReporter } = await import('../../ui/live-reporter.ts');
  return new LiveReporter({
    ...page,
    terminal: process.stdout,
    isTmux: Boolean(process.env['TMUX']),
    stdin: process.stdin,
    isGrouped: log === 'grouped',
    startsAtOnce: ui === 'live',
    expected: durationsOfLastRun,
    mayUseTerminal: isInForeground,
    interrupt: () => cancellation.ask('SIGINT'),
    suspend: () => void process.kill(0, 'SIGTSTP'),
    isEnding: () => cancellation.signal.aborted,
  });
}

/** A record that is missing, damaged or of another version tells nothing. */
function durationsOfLastRun(root: AbsolutePath): ExpectedDurations {
  const text = orUnreadable(() => readFileSync(recordFile(root), 'utf8'));
  const record = text === undefined ? undefined : readableRecord(text);
  return record === undefined ? new Map() : expectedDurations(record);
}

async function details(record: RunRecord, cwd: AbsolutePath, { verbosity }: DisplayWords): Promise<string> {
  const hasColors = wantsColors(process.stdout, process.env);
  if (verbosity < 2) return renderDetails(record, { hasColors });
  const { recordedEntries } = await import('../recorded-entries.ts');
  return renderDetails(record, { hasColors, entries: await recordedEntries(record, cwd, faithfulEnvironment(process.env)) });
}

async function showLast(cwd: AbsolutePath, { task, display }: RunWords): Promise<number> {
  if (task !== undefined) throw usage('--last-details goes with no task');
  const { root } = await findWorkspace(cwd);
  const text = orAbsent(() => readFileSync(recordFile(root), 'utf8'));
  if (text === undefined)
    throw new CommandError({ code: 'no-record', message: 'no run of this workspace is recorded', hint: 'run a task first' });
  return print(`${await details(parseRunRecord(text), cwd, display)}\n`);
}

/** Until called back, signals that would end the runner are forwarded to what runs. */
function forwardSignals(cancellation: Cancellation): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const ask = (signal: NodeJS.Signals) => cancellation.ask(signal);
  for (const signal of signals) process.on(signal, ask);
  return () => {
    for (const signal of signals) process.off(signal, ask);
  };
}

function limitInEnvironment(): ConcurrencyLimit | undefined {
  for (const name of ['REPRISE_CONCURRENCY_LIMIT', 'VP_RUN_CONCURRENCY_LIMIT']) {
    const text = process.env[name];
    // As for any variable, empty is as good as unset.
    if (text) return limitOf(text, name);
  }
  return undefined;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function usage(message: string, hint?: string): CommandError {
  return new CommandError({ code: 'usage', message, ...(hint !== undefined && { hint }) });
}
