import { readFileSync } from 'node:fs';
import { CommandError } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { orAbsent } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';
import { recordFile } from '../cache/cache-places.ts';
import { describeMiss } from '../cache/miss-reason.ts';
import { describeNotStored } from '../cache/not-stored.ts';
import type { ConcurrencyLimit } from '../plan/planned.ts';
import { limitOf, queryOf } from '../plan/run-query.ts';
import { describeRun, parseRunWords, type DisplayWords, type RunWords } from '../plan/run-words.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import type { RunEvent } from '../report/event.ts';
import type { EventTarget } from '../report/event-target.ts';
import { parseRunRecord, type RunRecord } from '../report/run-record.ts';
import { run } from '../run.ts';
import { Cancellation } from '../schedule/cancel.ts';
import { findWorkspace } from '../workspace/root.ts';
import { renderDetails } from '../../ui/details.ts';
import { ciServiceOf } from '../../ui/ci-service.ts';
import { StreamReporter } from '../../ui/stream.ts';
import { Output } from '../../ui/output.ts';
import { renderFooter } from '../../ui/summary.ts';
import { wantsColors } from '../../ui/terminal.ts';

/** `reprise run`: gives the exit code. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const read = parseRunWords(words);
  if (read === 'help') return print((await import('../../ui/run-help.ts')).renderRunHelp(describeRun()));
  if ('code' in read) throw new CommandError(read);
  const cwd = currentDirectory(process.cwd);
  if (read.display.lastDetails) return showLast(cwd, read);
  const { task, display } = read;
  if (display.json && task !== undefined && !display.dryRun) throw usage('--json with a task goes with --dry-run');
  if (display.events !== undefined && (task === undefined || display.dryRun)) throw usage('--events goes with a task that is run');
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
  const service = ciServiceOf(process.env);
  const ci = service && (await (await import('../ci-output.ts')).openCiOutput(service, cwd, process.env));
  const stream = new StreamReporter({ mode: display.log ?? (ci ? 'grouped' : 'interleaved'), ...outputs, colors, ci: ci?.view });
  const events = display.events === undefined ? undefined : await openEvents(display.events, outputs.stderr);
  const query = queryOf(words);
  const cancellation = new Cancellation();
  const stopListening = forwardSignals(cancellation);
  try {
    const record = await run(
      { cwd, query: { ...query, limit: query.limit ?? limitInEnvironment() } },
      {
        env: faithfulEnvironment(process.env),
        cancellation,
        listeners: [(event) => stream.show(event), ...(events ? [(event: RunEvent) => events.write(event)] : [])],
        hasTerminal: true,
      },
    );
    stream.close(display.verbosity > 0 ? await details(record, cwd, display) : renderFooter(record, { hasColors: colors.stdout }));
    const notSummarized = ci?.summarize(record);
    if (notSummarized !== undefined) outputs.stderr.write(`warning: ${notSummarized}\n`);
    const { trouble } = outputs.stdout;
    if (trouble === undefined) return record.exitCode;
    outputs.stderr.write(`error[output-lost]: stdout cannot be written: ${trouble}\n`);
    return record.exitCode === 0 ? 1 : record.exitCode;
  } finally {
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
