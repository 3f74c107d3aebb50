import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { ServerRequest } from '../src/execute/ipc/ports.ts';
import type { Reports } from '../src/execute/ipc/reports.ts';
import { StepServer } from './step-server.ts';

/** The IPC servers of running steps, by endpoint. */
export interface IpcServerThread {
  readonly listen: (request: ServerRequest) => Promise<void>;
  readonly stop: (endpoint: string) => Promise<Reports>;
  /** Closes a server that nobody will ask any more. */
  readonly drop: (endpoint: string) => void;
}

const serving = new Map<string, StepServer>();

function take(endpoint: string): StepServer | undefined {
  const server = serving.get(endpoint);
  serving.delete(endpoint);
  return server;
}

const thread: IpcServerThread = {
  async listen(request) {
    serving.set(request.endpoint, await StepServer.listen(request));
  },
  async stop(endpoint) {
    const server = take(endpoint);
    if (server === undefined) throw new Error('no step is served');
    return await server.stop();
  },
  drop: (endpoint) => take(endpoint)?.close(),
};

if (parentPort === null) throw new Error('this file runs in a worker thread');
expose(thread, nodeEndpoint(parentPort));
