import { readFileSync } from 'node:fs';
import { CommandError } from '../base/diagnostic.ts';
import { orAbsent } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';
import { currentDirectory } from '../current-directory.ts';
import { parseRunRecord, type RunRecord } from '../report/run-record.ts';
import { recordFile, run } from '../run.ts';
import { availableCores, parseConcurrencyLimit } from '../schedule/concurrency.ts';
import { Cancellation } from '../schedule/cancel.ts';
import { findWorkspace } from '../workspace/root.ts';
import { renderDetails } from '../../ui/details.ts';
import { StreamReporter, type LogMode } from '../../ui/stream.ts';
import { Output } from '../../ui/output.ts';
import { renderFooter } from '../../ui/summary.ts';
import { wantsColors } from '../../ui/terminal.ts';

export interface RunFlags {
  readonly recursive?: boolean;
  /** Absent: as tasks and config say. */
  readonly cache?: boolean;
  readonly concurrencyLimit?: string;
  readonly log: string;
  readonly verbose?: boolean;
  readonly lastDetails?: boolean;
}

export interface RunCommand {
  readonly task: string | undefined;
  readonly args: readonly string[];
  readonly flags: RunFlags;
}

/** `reprise run`: gives the exit code. */
export async function runCommand({ task, args, flags }: RunCommand): Promise<number> {
  const cwd = currentDirectory();
  if (flags.lastDetails === true) return showLast(cwd, task);
  if (task === undefined) throw usage('no task is named', 'reprise run [flags] <task> [args…]');
  const outputs = { stdout: new Output(process.stdout), stderr: new Output(process.stderr) };
  const colors = { stdout: wantsColors(process.stdout, process.env), stderr: wantsColors(process.stderr, process.env) };
  const stream = new StreamReporter({ mode: logMode(flags.log), ...outputs, colors });
  const cancellation = new Cancellation();
  const stopListening = forwardSignals(cancellation);
  try {
    const selection = { task, recursive: flags.recursive === true, extraArgs: args, cache: cacheMode(flags.cache) };
    const request = { cwd, selection, concurrencyLimit: concurrencyLimit(flags.concurrencyLimit) };
    const record = await run(request, { env: process.env, cancellation, listeners: [(event) => stream.show(event)] });
    stream.close(closingText(record, flags.verbose === true, colors.stdout));
    const { trouble } = outputs.stdout;
    if (trouble === undefined) return record.exitCode;
    outputs.stderr.write(`error[output-lost]: stdout cannot be written: ${trouble}\n`);
    return record.exitCode === 0 ? 1 : record.exitCode;
  } finally {
    stopListening();
  }
}

function closingText(record: RunRecord, isVerbose: boolean, hasColors: boolean): string {
  return isVerbose ? renderDetails(record, { hasColors }) : renderFooter(record, { hasColors });
}

async function showLast(cwd: AbsolutePath, task: string | undefined): Promise<number> {
  if (task !== undefined) throw usage('--last-details goes with no task');
  const { root } = await findWorkspace(cwd);
  const text = orAbsent(() => readFileSync(recordFile(root), 'utf8'));
  if (text === undefined)
    throw new CommandError({ code: 'no-record', message: 'no run of this workspace is recorded', hint: 'run a task first' });
  process.stdout.write(`${renderDetails(parseRunRecord(text), { hasColors: wantsColors(process.stdout, process.env) })}\n`);
  return 0;
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

function concurrencyLimit(flag: string | undefined): number {
  // As for any variable, empty is as good as unset.
  const variable = ['REPRISE_CONCURRENCY_LIMIT', 'VP_RUN_CONCURRENCY_LIMIT'].find((one) => process.env[one]);
  const [name, text] = flag === undefined ? [variable, process.env[variable ?? '']] : ['--concurrency-limit', flag];
  const cores = availableCores();
  if (text === undefined) return cores;
  const limit = parseConcurrencyLimit(text, cores);
  if (limit === undefined) throw usage(`${name} is '${text}'`, 'a number above 0, or a percentage of the cores as in 50%');
  return limit;
}

function cacheMode(flag: boolean | undefined): 'on' | 'off' | 'config' {
  if (flag === undefined) return 'config';
  return flag ? 'on' : 'off';
}

function logMode(text: string): LogMode {
  if (text === 'interleaved' || text === 'labeled' || text === 'grouped') return text;
  throw usage(`--log is '${text}'`, 'interleaved, labeled or grouped');
}

function usage(message: string, hint?: string): CommandError {
  return new CommandError({ code: 'usage', message, ...(hint !== undefined && { hint }) });
}
