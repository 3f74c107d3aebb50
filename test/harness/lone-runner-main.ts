import { execute, type ExecuteRequest } from '../../src/execute/execute.ts';
import { Spawner } from '../../src/execute/spawn/spawner.ts';
import { TaskPipes } from '../../src/execute/task-pipes.ts';
import type { TraceHelper } from '../../src/execute/trace/tracer.ts';
import { Cancellation } from '../../src/schedule/cancel.ts';

/** The argument, as JSON, of a process that is nothing but a runner of one command. */
export interface LoneRun {
  readonly request: ExecuteRequest;
  readonly helper: TraceHelper;
}

const { request, helper } = JSON.parse(process.argv[2] ?? '') as LoneRun;
const pipes = new TaskPipes(helper, request.spillDirectory);
const spawner = new Spawner(helper, request.spillDirectory);
await execute(request, { helper, pipes, spawner, onOutput: () => {}, cancellation: new Cancellation() });
await spawner.close();
pipes.close();
