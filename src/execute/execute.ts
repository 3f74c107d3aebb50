import { setTimeout as after } from 'node:timers/promises';
import { isatty } from 'node:tty';
import type { AbsolutePath } from '../base/path.ts';
import type { Execution, LogSegment } from './execution.ts';
import { notSpawned } from './exit.ts';
import { startHelpedTree } from './helped-tree.ts';
import { emptyLog, OutputLog } from './output-log.ts';
import { forwardOutput } from './output-streams.ts';
import { silentSession, type IpcSession } from './ipc/session.ts';
import type { TaskPipes } from './task-pipes.ts';
import { startPlainGroup } from './plain-group.ts';
import { unstartedTree, type ProcessTree, type TreeRequest } from './process-tree.ts';
import type { HelperLines } from './spawn/helper-lines.ts';
import { startRequestedTree } from './spawn/requested-tree.ts';
import type { Spawner } from './spawn/spawner.ts';
import type { TraceHelper } from './trace/tracer.ts';

export interface ExecuteRequest extends TreeRequest {
  /** Whether anybody will read the log. If not, what the command writes is handed on and forgotten. */
  readonly keepsLog: boolean;
  /** Where a log of more than 1 MB goes. */
  readonly spillDirectory: AbsolutePath;
}

export interface ExecutePorts {
  readonly helper: TraceHelper;
  readonly pipes: TaskPipes;
  /** Without it the runner starts every helper itself. */
  readonly spawner?: Spawner | undefined;
  /** Lets the command's tools talk to the runner; without it nobody listens to them. */
  readonly listen?: (() => Promise<IpcSession>) | undefined;
  /** Called with each piece of output when it arrives. */
  readonly onOutput: (stream: LogSegment['stream'], bytes: Uint8Array) => void;
  readonly cancellation: StopOrders;
}

/** When a running command has to end. A listener that comes too late is called at once. */
interface StopOrders {
  readonly onAsk: (listener: (signal: NodeJS.Signals) => void) => () => void;
  readonly onKill: (listener: () => void) => () => void;
}

/**
 * Runs one command to its end. What the command does, and why the system does not start it, is told by the `exit`; what
 * `spawn` does not take at all (a NUL in an argument), and what `onOutput` throws, is the caller's. Processes that
 * outlive a normal end are left alone; of a killed command none is left that can be found.
 */
export async function execute(request: ExecuteRequest, ports: ExecutePorts): Promise<Execution> {
  const { onOutput, cancellation, listen = () => silentSession } = ports;
  const [session, lines] = await Promise.all([listen(), request.terminal ? undefined : ports.spawner?.takeLines()]);
  const startedAt = Date.now();
  const log = request.keepsLog ? new OutputLog(request.spillDirectory) : undefined;
  const tree = await startTree(withVariables(request, session), lines, ports);
  const spawnedAt = Date.now();
  const endOfOutput = forwardOutput(tree, (stream, bytes) => {
    log?.append(stream, bytes);
    onOutput(stream, bytes);
  });
  let wasAsked = false;
  const ask = (signal: NodeJS.Signals) => {
    wasAsked = true;
    session.abandon();
    if (!wasReachedByTerminal(request, signal)) tree.signal(signal);
  };
  const kill = () => {
    session.abandon();
    tree.kill();
  };
  const unsubscribe = [cancellation.onAsk(ask), cancellation.onKill(kill)];

  const exit = await tree.exited;
  if (wasAsked) void killStragglers(tree);
  await endOfOutput();
  const traced = await tree.ended;
  // Only now is nobody left who could still have something to say.
  const reported = await session.end();

  for (const stop of unsubscribe) stop();
  return { exit, startedAt, spawnedAt, endedAt: Date.now(), log: log?.capture() ?? emptyLog, traced, reported };
}

function withVariables(request: ExecuteRequest, { env }: IpcSession): ExecuteRequest {
  const both = Object.entries({ ...request.ready.env, ...env });
  const defined = both.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...request, ready: { ...request.ready, env: Object.fromEntries(defined) } };
}

/** Of a command that was asked to end, nothing is left alone: what it started gets a moment more than it took itself. */
async function killStragglers(tree: ProcessTree): Promise<void> {
  await Promise.race([tree.ended, after(STRAGGLE_MS, undefined, { ref: false })]);
  tree.kill();
}

/** Shorter than the helper waits for survivors before it leaves them alone. */
const STRAGGLE_MS = 500;

async function startTree(request: ExecuteRequest, lines: HelperLines | undefined, ports: ExecutePorts): Promise<ProcessTree> {
  const { helper, spawner, pipes } = ports;
  try {
    if (helper.kind === 'unavailable') return startPlainGroup(request, helper.why);
    const requested = spawner && lines && (await startRequestedTree(request, { spawner, lines, helper: helper.path }));
    return requested ?? startHelpedTree(request, helper.path, request.terminal ? undefined : await pipes.takePair());
  } catch (error) {
    return unstartedTree(request, notSpawned(error, request.ready.cwd));
  }
}

/** Ctrl-C goes to the whole foreground process group; a second SIGINT would make many tools give up their clean end. */
function wasReachedByTerminal({ terminal }: ExecuteRequest, signal: NodeJS.Signals): boolean {
  return terminal && signal === 'SIGINT' && isatty(0);
}
