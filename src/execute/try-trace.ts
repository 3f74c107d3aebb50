import { readFileSync, writeFileSync } from 'node:fs';
import { realPath } from '../base/files.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { TaskId } from '../graph/task.ts';
import type { ReadyStep, StepOwner } from '../plan/planned.ts';
import { execute } from './execute.ts';
import { TaskPipes } from './task-pipes.ts';
import type { TraceHelper } from './trace/tracer.ts';

export type TraceTrial =
  | { readonly kind: 'traced'; readonly milliseconds: number; readonly calls: number }
  | { readonly kind: 'not-traced'; readonly why: string };

/**
 * Traces a command that reads one file in `directory`, which is made for it, and tells whether that was seen. A command that hangs
 * is ended after 10 s.
 */
export async function tryTrace(helper: TraceHelper, directory: AbsolutePath): Promise<TraceTrial> {
  if (helper.kind === 'unavailable') return { kind: 'not-traced', why: helper.why };
  const root = realPath(directory) ?? directory;
  const probe = joinPath(root, 'probe');
  writeFileSync(probe, '');
  const pipes = new TaskPipes(helper, root);
  const request = { ready: shellStep(`: < "$0"`, probe), trace: { roots: [root] }, terminal: false, keepsLog: false, spillDirectory: root };
  let timer: NodeJS.Timeout | undefined;
  const onKill = (kill: () => void) => {
    timer = setTimeout(kill, PATIENCE_MS);
    return () => clearTimeout(timer);
  };
  try {
    const ports = { helper, pipes, onOutput: () => {}, cancellation: { onAsk: () => () => {}, onKill } };
    const { exit, traced, startedAt, endedAt } = await execute(request, ports);
    if (traced.kind !== 'traced') return { kind: 'not-traced', why: traced.kind === 'off' ? 'the trace is off' : traced.why };
    const { incomplete, events, notifications } = traced.raw;
    if (incomplete !== undefined)
      return { kind: 'not-traced', why: `the trace of ${incomplete.program} is not complete: ${incomplete.why}` };
    if (exit.kind !== 'exited' || exit.code !== 0) return { kind: 'not-traced', why: `/bin/sh did not end well: ${JSON.stringify(exit)}` };
    const isSeen = events.some((event) => event.kind === 'read' && event.path === probe);
    if (!isSeen) return { kind: 'not-traced', why: 'the trace helper did not see a file that was read' };
    return { kind: 'traced', milliseconds: endedAt - startedAt, calls: notifications };
  } finally {
    pipes.close();
  }
}

const PATIENCE_MS = 10_000;

/** Whether the kernel says that calls can be handed to another process; `undefined`: it does not say. */
export function hasUserNotification(): boolean | undefined {
  try {
    return readFileSync('/proc/sys/kernel/seccomp/actions_avail', 'utf8').split(/\s+/).includes('user_notif');
  } catch {
    // Older kernels, other systems, and containers that hide it.
    return undefined;
  }
}

function shellStep(script: string, name: AbsolutePath): ReadyStep {
  const task = '#doctor' as TaskId;
  return {
    step: {
      task,
      label: task,
      index: 0,
      owner: `${task} 0 []` as StepOwner,
      command: { kind: 'shell', script, args: [] },
      shown: 'sh',
      cwd: '' as WorkspacePath,
      envPrefix: [],
      caching: { kind: 'uncached', reason: 'cache-off-for-run' },
    },
    program: '/bin/sh' as AbsolutePath,
    programName: '/bin/sh',
    argv0: '/bin/sh',
    args: ['-c', script, name],
    cwd: '/' as AbsolutePath,
    env: {},
    envPrefix: {},
    declaredEnv: {},
    ambientEnv: {},
    servedEnv: {},
  };
}
