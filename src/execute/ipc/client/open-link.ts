import { connectFunction } from './connect-function.ts';
import { relayLink } from './relay-link.ts';
import type { LinkOptions, RunnerLink } from './runner-link.ts';
import { SocketLink } from './socket-link.ts';

/** A connection of this thread; where Node cannot wait for one, another process for everything that is said. */
export function openLink(options: LinkOptions): RunnerLink {
  const connect = connectFunction();
  return connect === undefined ? relayLink(options) : new SocketLink(connect, options);
}
