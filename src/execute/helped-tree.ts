import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Exit, Traced } from './execution.ts';
import { exitOf, notStarted, signalled } from './exit.ts';
import { endedEarly, followReport, type HelperReport } from './helper-report.ts';
import { splitEnvironment } from './odd-variables.ts';
import { signalIfAlive, stdioOf, unstartedTree, whyNotSpawned, type ProcessTree, type TreeRequest } from './process-tree.ts';
import type { PipePair } from './task-pipes.ts';
import { decodeTrace } from './trace/decode.ts';
import { foreignFrame } from './trace/report-frames.ts';

const killOrder = Buffer.from('K');
const signalOrder = (name: NodeJS.Signals) => Buffer.from([0x54, constants.signals[name]]);

/**
 * Runs a command below the trace helper, which is the ancestor of all that the command starts: a kill finds every
 * descendant, and when the runner dies, however it dies, the helper sees its control pipe close and kills the tree.
 * May throw what `spawn` throws. Of `pipes` nothing stays open that no process writes to.
 */
export function startHelpedTree(request: TreeRequest, helper: string, pipes: PipePair | undefined): ProcessTree {
  const { plain, odd } = splitEnvironment(request.ready.env);
  const child = spawnHelper(request, helper, { env: plain, variablesLength: odd.length, pipes });
  if (child.pid === undefined) return unstartedTree(request, whyNotSpawned(child, request));
  const control = child.stdio[4] as Writable;
  // An order to a helper that is gone has nobody left to reach.
  control.on('error', () => {});
  if (odd.length > 0) control.write(odd);
  return treeBelow(request, {
    stdout: pipes?.[0].output ?? child.stdout,
    stderr: pipes?.[1].output ?? child.stderr,
    report: followReport(child.stdio[3] as Readable),
    control,
    ended: endOf(child),
  });
}

/** A helper that was started, and the runner's ends of its pipes. */
export interface RunningHelper {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly report: HelperReport;
  readonly control: Writable;
  readonly ended: Promise<Exit>;
}

export function treeBelow(request: TreeRequest, { stdout, stderr, report, control, ended }: RunningHelper): ProcessTree {
  const helperEnd = ended.finally(() => control.destroy());
  return {
    stdout,
    stderr,
    exited: mainExit(report, helperEnd),
    ended: traceOf(request, report, helperEnd),
    // Before the command runs there is nobody to hear a signal.
    signal: (name) => void report.started.then(() => control.write(signalOrder(name))),
    kill: () => void control.write(killOrder),
  };
}

interface Handed {
  readonly env: Readonly<Record<string, string>>;
  /** In bytes: of the variables that the helper gets by its control pipe. */
  readonly variablesLength: number;
  readonly pipes: PipePair | undefined;
}

function spawnHelper(request: TreeRequest, helper: string, { env, variablesLength, pipes }: Handed): ChildProcess {
  const { cwd } = request.ready;
  const stdio = pipes === undefined ? stdioOf(request) : ['ignore' as const, ...pipes.map(({ input }) => input)];
  let child: ChildProcess | undefined;
  try {
    child = spawn(helper, helperArguments(request, variablesLength), { cwd, env, stdio: [...stdio, 'pipe', 'pipe'] });
    return child;
  } finally {
    // The child has its own; while ours were open, the output would have no end.
    for (const { input } of pipes ?? []) closeSync(input);
    if (child?.pid === undefined) for (const { output } of pipes ?? []) output.destroy();
  }
}

/**
 * Its command line, without its own name. Report and control are its descriptors 3 and 4; from the latter it takes first so many
 * bytes of variables.
 */
export function helperArguments({ ready, trace, terminal }: TreeRequest, variablesLength = 0): string[] {
  const tracing = trace === undefined ? [] : ['--trace', ...trace.roots.flatMap((root) => ['--root', root])];
  const group = terminal ? [] : ['--group'];
  const variables = variablesLength === 0 ? [] : ['--variables', String(variablesLength)];
  return [...tracing, ...group, ...variables, '--report-fd', '3', '--control-fd', '4', '--', ready.program, ready.argv0, ...ready.args];
}

/** Of the helper itself. */
function endOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(exitOf(code, signal))));
}

async function mainExit(report: HelperReport, helperEnd: Promise<Exit>): Promise<Exit> {
  const frame = await report.mainEnded;
  switch (frame?.kind) {
    case 'exited':
      return { kind: 'exited', code: frame.code };
    case 'signalled':
      return signalled(frame.number);
    case 'not-started':
      return notStarted(frame.errno);
    case undefined:
      return lost(report, helperEnd);
  }
}

/** The helper was ended by somebody else. What it watched over must not live on unseen, nor count as a success. */
async function lost(report: HelperReport, helperEnd: Promise<Exit>): Promise<Exit> {
  const end = await helperEnd;
  const started = await report.started;
  if (started !== undefined) signalIfAlive(-started.pid, 'SIGKILL');
  return end.kind === 'exited' ? endedEarly : end;
}

async function traceOf({ trace }: TreeRequest, report: HelperReport, helperEnd: Promise<Exit>): Promise<Traced> {
  const [frames, started] = await Promise.all([report.frames, report.started, helperEnd]);
  if (trace === undefined) return { kind: 'off' };
  if (started === undefined && !frames.includes(foreignFrame)) return { kind: 'unavailable', why: 'the command was not started' };
  if (started?.untraced !== undefined) return { kind: 'unavailable', why: started.untraced };
  return { kind: 'traced', raw: decodeTrace(frames) };
}
