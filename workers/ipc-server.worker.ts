import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { ServerRequest } from '../src/execute/ipc/ports.ts';
import type { Reports } from '../src/execute/ipc/reports.ts';
import { StepServer } from './step-server.ts';

/** The IPC server of one running step; when it has been stopped, that of another. */
export interface IpcServerThread {
  readonly listen: (request: ServerRequest) => Promise<void>;
  readonly stop: () => Promise<Reports>;
}

let serving: StepServer | undefined;

const thread: IpcServerThread = {
  async listen(request) {
    serving = await StepServer.listen(request);
  },
  async stop() {
    if (serving === undefined) throw new Error('no step is served');
    const reports = await serving.stop();
    serving = undefined;
    return reports;
  },
};

if (parentPort === null) throw new Error('this file runs in a worker thread');
expose(thread, nodeEndpoint(parentPort));
