import { spawn } from 'node:child_process';
import type { Exit, Traced } from './execution.ts';
import { exitOf } from './exit.ts';
import { signalIfAlive, stdioOf, unstartedTree, whyNotSpawned, type ProcessTree, type TreeRequest } from './process-tree.ts';

/**
 * Runs a command where there is no trace helper. Signals reach its process group; a descendant that left the group, or
 * any that lives when the runner is killed, is out of reach. May throw what `spawn` throws.
 */
export function startPlainGroup(request: TreeRequest, whyNotTraced: string): ProcessTree {
  const { ready, trace, terminal } = request;
  const child = spawn(ready.program, ready.args, {
    argv0: ready.argv0,
    cwd: ready.cwd,
    env: ready.env,
    detached: !terminal,
    stdio: stdioOf(request),
  });
  const { pid } = child;
  if (pid === undefined) return unstartedTree(request, whyNotSpawned(child, request));
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve(exitOf(code, signal))));
  const traced: Traced = trace === undefined ? { kind: 'off' } : { kind: 'unavailable', why: whyNotTraced };
  const send = (name: NodeJS.Signals) => signalIfAlive(terminal ? pid : -pid, name);
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    ended: exited.then(() => traced),
    signal: send,
    kill: () => send('SIGKILL'),
  };
}
