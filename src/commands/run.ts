import { readFileSync } from 'node:fs';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { orAbsent } from '../base/files.ts';
import { isInForeground } from '../base/foreground.ts';
import type { AbsolutePath } from '../base/path.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { recordFile } from '../cache/cache-places.ts';
import { describeMiss } from '../cache/miss-reason.ts';
import { describeNotStored } from '../cache/not-stored.ts';
import type { ConcurrencyLimit } from '../plan/planned.ts';
import { limitOf, queryOf } from '../plan/run-query.ts';
import { describeRun, parseRunWords, type DisplayWords, type RunWords } from '../plan/run-words.ts';
import type { SummaryWords } from '../plan/summary-words.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import type { RunEvent } from '../report/event.ts';
import type { EventTarget } from '../report/event-target.ts';
import { parseRunRecord, type RunRecord } from '../report/run-record.ts';
import { openReporter } from '../open-reporter.ts';
import { run } from '../run.ts';
import { reportText, writeProfile, writeReport, type ReportSettings } from '../run-report.ts';
import { Cancellation } from '../schedule/cancel.ts';
import { findWorkspace } from '../workspace/root.ts';
import { ciServiceOf } from '../../ui/ci-service.ts';
import { renderDiagnostics } from '../../ui/diagnostics.ts';
import { Output } from '../../ui/output.ts';
import { renderFooter } from '../../ui/summary.ts';
import { canRedraw, wantsColors, widthOf } from '../../ui/terminal.ts';

/** `reprise run`: gives the exit code. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const read = parseRunWords(words);
  if (read === 'help') return print((await import('../../ui/run-help.ts')).renderRunHelp(describeRun()));
  if ('code' in read) throw new CommandError(read);
  const cwd = currentDirectory(process.cwd);
  if (read.display.lastDetails) return showLast(cwd, read);
  const { task, display } = read;
  if (display.summary !== undefined && (display.dryRun || display.json)) throw usage('--summary goes with a run, or with --last-details');
  if (display.profile !== undefined && (task === undefined || display.dryRun)) throw usage('--profile goes with a run of a task');
  if (display.json && task !== undefined && !display.dryRun) throw usage('--json with a task goes with --dry-run');
  if (display.events !== undefined && (task === undefined || display.dryRun)) throw usage('--events goes with a task that is run');
  if (task === undefined) return await showTasks(cwd, read);
  return display.dryRun ? await showForecast(cwd, { ...read, task }) : await runNamed(cwd, { ...read, task });
}

type NamedRun = RunWords & { readonly task: string };

/** Somebody at a terminal whose task does not exist may choose the one that was meant. */
async function runNamed(cwd: AbsolutePath, words: NamedRun): Promise<number> {
  if (!mayChoose() || words.scope.kind !== 'current') return await runTask(cwd, words);
  try {
    return await runTask(cwd, words);
  } catch (error) {
    if (!(error instanceof CommandError) || error.diagnostics.some(({ code }) => code !== 'unknown-task')) throw error;
    const { readTaskGraph } = await import('../prepare.ts');
    return await runChosen(await readTaskGraph(cwd, faithfulEnvironment(process.env)), cwd, words);
  }
}

function mayChoose(): boolean {
  return process.stdin.isTTY && canRedraw(process.stdout, process.env) && isInForeground();
}

async function runChosen(graph: TaskGraph, cwd: AbsolutePath, words: RunWords): Promise<number> {
  const { chooseTask } = await import('../choose-task.ts');
  const terminal = { terminal: process.stdout, stdin: process.stdin, stdout: new Output(process.stdout) };
  const hasColors = wantsColors(process.stdout, process.env);
  const task = await chooseTask(graph, { ...terminal, hasColors, cwd, env: faithfulEnvironment(process.env), query: words.task ?? '' });
  return task === undefined ? LEFT : await runTask(cwd, { ...words, task });
}

/** As Ctrl-C would have it. */
const LEFT = 130;

async function showTasks(cwd: AbsolutePath, words: RunWords): Promise<number> {
  const { display, scope } = words;
  if (display.dryRun || scope.kind !== 'current') throw usage('no task is named', 'reprise run [flags] <task> [args…]');
  const { readTaskGraph } = await import('../prepare.ts');
  const graph = await readTaskGraph(cwd, faithfulEnvironment(process.env));
  if (display.json) {
    const { graphJson } = await import('../graph/graph-json.ts');
    return print(`${JSON.stringify(graphJson(graph), undefined, 2)}\n`);
  }
  if (mayChoose()) return await runChosen(graph, cwd, words);
  const { renderTaskList } = await import('../../ui/task-list.ts');
  return print(`${renderTaskList(graph, { hasColors: wantsColors(process.stdout, process.env) })}\n`);
}

async function showForecast(cwd: AbsolutePath, words: NamedRun): Promise<number> {
  const { dryRun } = await import('../dry-run.ts');
  const told = await dryRun({ cwd, query: queryOf(words) }, faithfulEnvironment(process.env));
  if (words.display.json) {
    const { planJson } = await import('../report/plan-json.ts');
    return print(`${JSON.stringify(planJson(told, describeMiss), undefined, 2)}\n`);
  }
  const { renderForecast } = await import('../../ui/forecast.ts');
  return print(`${renderForecast(told, { hasColors: wantsColors(process.stdout, process.env) })}\n`);
}

async function runTask(cwd: AbsolutePath, words: NamedRun): Promise<number> {
  const outputs = { stdout: new Output(process.stdout), stderr: new Output(process.stderr) };
  const { display } = words;
  const colors = { stdout: wantsColors(process.stdout, process.env), stderr: wantsColors(process.stderr, process.env) };
  const service = ciServiceOf(process.env);
  const ci = service && (await (await import('../ci-output.ts')).openCiOutput(service, cwd, process.env));
  const events = display.events === undefined ? undefined : await openEvents(display.events, outputs.stderr);
  const query = queryOf(words);
  const cancellation = new Cancellation();
  const reporter = await openReporter(
    display,
    { ...outputs, colors, ci: ci?.view },
    { env: process.env, stdin: process.stdin, terminal: process.stdout, cancellation },
  );
  const stopListening = forwardSignals(cancellation);
  try {
    const record = await run(
      { cwd, query: { ...query, limit: query.limit ?? limitInEnvironment() } },
      {
        env: faithfulEnvironment(process.env),
        cancellation,
        listeners: [(event) => reporter.show(event), ...(events ? [(event: RunEvent) => events.write(event)] : [])],
        hasTerminal: true,
      },
    );
    const { text, problem } = await closingText(record, cwd, display);
    reporter.close(text);
    if (problem) outputs.stderr.write(`${showProblem(problem)}\n`);
    const notSummarized = ci?.summarize(record);
    if (notSummarized !== undefined) outputs.stderr.write(`warning: ${notSummarized}\n`);
    const unwritten = display.profile === undefined ? undefined : await writeProfile(record, cwd, display.profile);
    if (unwritten) outputs.stderr.write(`${showProblem(unwritten)}\n`);
    const isLost = problem !== undefined || unwritten !== undefined;
    const { trouble } = outputs.stdout;
    if (trouble === undefined) return record.exitCode === 0 && isLost ? 1 : record.exitCode;
    outputs.stderr.write(`error[output-lost]: stdout cannot be written: ${trouble}\n`);
    return record.exitCode === 0 ? 1 : record.exitCode;
  } finally {
    reporter.release();
    stopListening();
    events?.close();
  }
}

async function openEvents(target: string, stderr: Output): Promise<EventTarget> {
  const { EventTarget } = await import('../report/event-target.ts');
  const wording = { describeMiss, describeNotStored };
  const onLost = (why: string) => stderr.write(`warning: events are no longer written: ${why}\n`);
  const opened = EventTarget.open(target, { wording, onLost });
  if ('code' in opened) throw new CommandError(opened);
  return opened;
}

/** What stands below a run: its figures or its whole report, and where a summary was written. */
async function closingText(record: RunRecord, cwd: AbsolutePath, display: DisplayWords): Promise<Closing> {
  const settings = settingsOf(cwd, display);
  const written = isForFile(display.summary) ? await writeReport(record, display.summary, settings) : undefined;
  const problem = typeof written === 'object' ? { problem: written } : {};
  const remarks = typeof written === 'string' ? [`summary: ${written}`] : [];
  if (display.verbosity === 0 && (display.summary === undefined || isForFile(display.summary))) {
    return { text: renderFooter(record, { hasColors: settings.hasColors, remarks }), ...problem };
  }
  return { text: [await reportText(record, settings), ...remarks].join('\n'), ...problem };
}

interface Closing {
  readonly text: string;
  readonly problem?: Diagnostic;
}

/** Everything but a text that has no place of its own. */
function isForFile(summary: SummaryWords | undefined): summary is SummaryWords {
  return summary !== undefined && (summary.format !== 'text' || summary.file !== undefined);
}

function settingsOf(cwd: AbsolutePath, { verbosity }: DisplayWords): ReportSettings {
  return { verbosity, hasColors: wantsColors(process.stdout, process.env), cwd, env: faithfulEnvironment(process.env) };
}

async function showLast(cwd: AbsolutePath, { task, display }: RunWords): Promise<number> {
  if (task !== undefined) throw usage('--last-details goes with no task');
  if (display.profile !== undefined) throw usage('--profile goes with a run of a task');
  const { root } = await findWorkspace(cwd);
  const text = orAbsent(() => readFileSync(recordFile(root), 'utf8'));
  if (text === undefined)
    throw new CommandError({ code: 'no-record', message: 'no run of this workspace is recorded', hint: 'run a task first' });
  const record = parseRunRecord(text);
  const { summary } = display;
  if (!isForFile(summary)) return print(`${await reportText(record, settingsOf(cwd, display))}\n`);
  const written = await writeReport(record, summary, settingsOf(cwd, display));
  if (typeof written === 'object') throw new CommandError(written);
  return print(`summary: ${written}\n`);
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

function showProblem(problem: Diagnostic): string {
  const view = { readSource: () => undefined, hasColors: wantsColors(process.stderr, process.env), width: widthOf(process.stderr) };
  return renderDiagnostics([problem], view);
}

function usage(message: string, hint?: string): CommandError {
  return new CommandError({ code: 'usage', message, ...(hint !== undefined && { hint }) });
}
