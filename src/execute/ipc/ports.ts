import type { AbsolutePath } from '../../base/path.ts';
import type { Reports } from './reports.ts';

/** Where a server listens and whom it lets in, and the environment that it answers from. */
export interface ServerRequest {
  readonly endpoint: AbsolutePath;
  readonly token: string;
  /** By name; texts in the scheme of `decodePath`. */
  readonly env: Readonly<Record<string, string>>;
}

/** What serves one step, in a thread. Every call rejects once the thread has died. */
export interface IpcServer {
  /** Resolves when clients can connect. */
  readonly listen: (request: ServerRequest) => Promise<void>;
  /** Lets nobody in any more, takes what was sent until now, and gives what was said. */
  readonly stop: () => Promise<Reports>;
  /** Gives the thread back. What is still listening is closed. */
  readonly release: () => void;
}

/** The threads, started when first needed and used again. */
export interface IpcServers {
  /** Starts a thread ahead of the step that will need it, unless one is free. */
  readonly warmUp: () => void;
  readonly take: () => IpcServer;
  /** Ends all of them. */
  readonly close: () => Promise<void>;
}
