import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate as nextPoll, setTimeout as after } from 'node:timers/promises';
import type { LogSegment } from './execution.ts';
import type { ProcessTree } from './process-tree.ts';

type Take = (stream: LogSegment['stream'], bytes: Uint8Array) => void;

/** How long output is waited for once the main process has ended: others may hold its streams for as long as they like. */
const graceMilliseconds = 250;

/**
 * Hands on what the tree writes as it arrives. The returned function is for when the main process has ended: it waits
 * for the end of the output, after which nothing more is handed on.
 */
export function forwardOutput({ stdout, stderr }: ProcessTree, take: Take): () => Promise<void> {
  const outputs = [forward(stdout, (bytes) => take('stdout', bytes)), forward(stderr, (bytes) => take('stderr', bytes))];
  return async () => {
    await Promise.race([Promise.all(outputs.map(({ ended }) => ended)), grace()]);
    for (const { letGo } of outputs) letGo();
  };
}

interface Output {
  readonly ended: Promise<void>;
  readonly letGo: () => void;
}

function forward(stream: Readable | null, take: (bytes: Uint8Array) => void): Output {
  if (stream === null) return { ended: Promise.resolve(), letGo: () => {} };
  // A stream that cannot be read any further is closed next, which is all there is to know.
  stream.on('data', take).on('error', () => {});
  return {
    ended: new Promise((resolve) => stream.once('close', resolve)),
    letGo() {
      // Read on, so that a process that outlives its task is not ended by SIGPIPE, but keep no runner alive for it.
      stream.off('data', take).resume();
      (stream as Socket).unref();
    },
  };
}

/** A busy runner may learn of the timeout before it has read what was written long ago; one more poll reads that. */
async function grace(): Promise<void> {
  await after(graceMilliseconds, undefined, { ref: false });
  await nextPoll();
}
