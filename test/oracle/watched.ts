import { readFileSync, rmSync } from 'node:fs';
import type { AbsolutePath } from '../../src/base/path.ts';
import { traced, type Report, type TracedOptions } from '../harness/traced.ts';
import { tracedCalls } from './call-shapes.ts';
import { compare, outOfOrder, type Comparison } from './comparison.ts';
import { FileTree } from './file-tree.ts';
import { Replay } from './replay.ts';
import { parseLog } from './strace-log.ts';
import { toldBy } from './told.ts';

export interface Watched extends Comparison {
  readonly report: Report;
  /** The first change of a name that the trace does not tell, or not in its place. */
  readonly outOfOrder: string | undefined;
}

export interface WatchOptions extends TracedOptions {
  /** Where `strace` writes. */
  readonly log: string;
  /** A directory outside of which the command changes nothing; the root unless given. */
  readonly around?: AbsolutePath;
}

/** Runs a command under the tracer and both under `strace`, and compares what the two saw of the one execution. */
export async function watch(command: readonly string[], options: WatchOptions): Promise<Watched> {
  const { root, log } = options;
  const tree = new FileTree(options.around ?? root);
  const strace = ['strace', '-f', '-y', '-i', '-qq', '-s', '8192', '-o', log, '-e', 'signal=none', '-e', `trace=${tracedCalls.join(',')}`];
  const report = await traced(command, { ...options, privileges: strace });
  const truth = new Replay(parseLog(readFileSync(log, 'latin1')), { root, cwd: options.cwd ?? root, tree });
  const told = toldBy(report.trace.events, root);
  if (process.env['KEEP_LOGS'] === undefined) rmSync(log);
  return { report, ...compare(truth, told, report.trace.notifications), outOfOrder: outOfOrder(truth, told) };
}

/** Why a run is no proof: nothing may be lost, and of what is told at least the share `precision` must have happened. */
export function problemsOf({ report, lost, invented, counts }: Watched, precision: number): string[] {
  const told = [...counts.values()].reduce((total, count) => total + count.told, 0);
  return [
    ...(report.exitCode === 0 ? [] : [`exit code ${report.exitCode}: ${report.output}`]),
    ...(report.trace.incomplete ? [`incomplete: ${report.trace.incomplete.program}: ${report.trace.incomplete.why}`] : []),
    ...lost.map((key) => `lost: ${key}`),
    ...(invented.length <= told * (1 - precision) ? [] : invented.map((key) => `invented: ${key}`)),
  ];
}
