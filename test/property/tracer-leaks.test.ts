import { readFileSync, readdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { execute } from '../../src/execute/execute.ts';
import { Spawner } from '../../src/execute/spawn/spawner.ts';
import { TaskPipes } from '../../src/execute/task-pipes.ts';
import { findTraceHelper } from '../../src/execute/trace/tracer.ts';
import { Cancellation } from '../../src/schedule/cancel.ts';
import { fileURLToPath } from 'node:url';
import { createRig, type Rig } from '../harness/rig.ts';
import { readyStep } from '../harness/steps.ts';

const minutes = Number(process.env['REPRISE_MINUTES'] ?? 10);
const helper = findTraceHelper();
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const helperFile = helper.kind === 'available' ? helper.path : '';

/** By hundreds of tasks of each kind. */
const commands: readonly (readonly [program: string, ...args: string[]])[] = [
  ['/bin/sh', '-c', 'cat in > out; ls -R . | sort > list; mkdir -p d; mv out d/out; rm -rf d list'],
  [process.execPath, '-e', `const fs = require('fs'); for (let i = 0; i < 500; i++) fs.existsSync('f' + i); fs.readdirSync('.')`],
  [process.execPath, tsc, '--noEmit', 'a.ts'],
  ['/usr/bin/find', '.', '-name', '*.ts'],
  [
    '/bin/sh',
    '-c',
    `mkfifo control; ${helperFile} --trace --root . --report-fd 3 --control-fd 4 -- /bin/cat cat in 3> report 4<> control; rm control report`,
  ],
  ['/bin/sh', '-c', '(cat in & cat in & cat in & wait) > /dev/null; kill -KILL $$'],
  ['/bin/missing'],
];

test('hundreds of tasks leave neither memory nor descriptors nor shared memory nor processes behind', async () => {
  const rig = await createRig();
  await rig.write({ in: 'text', 'a.ts': 'export const a: number = 1' });
  const ports = portsOf(rig);
  const end = Date.now() + minutes * 60_000;
  let tasks = 0;
  let early: Held | undefined;
  while (Date.now() < end) {
    for (const command of commands) await run(rig, command, ports);
    tasks += commands.length;
    // What is made once, and what the collector has not come to yet, is no leak.
    if (early === undefined && Date.now() > end - minutes * 60_000 * 0.8) early = await held();
  }
  const late = await held();
  process.stdout.write(`leaks: ${tasks} tasks, ${JSON.stringify({ early, late })}\n`);
  expect(late).toMatchObject({ descriptors: early?.descriptors, shared: early?.shared, processes: early?.processes });
  expect(late.childMegabytes).toBeLessThanOrEqual((early?.childMegabytes ?? 0) + 2);
  expect(late.megabytes).toBeLessThan((early?.megabytes ?? 0) + 60);
});

type Ports = Pick<Parameters<typeof execute>[1], 'helper' | 'pipes' | 'spawner'>;

function portsOf(rig: Rig): Ports {
  const spawner = new Spawner(helper, rig.temp);
  const pipes = new TaskPipes(helper, rig.temp);
  onTestFinished(async () => {
    pipes.close();
    await spawner.close();
  });
  return { helper, spawner, pipes };
}

async function run(rig: Rig, [program, ...args]: (typeof commands)[number], ports: Ports): Promise<void> {
  const cancellation = new Cancellation({ timer: () => () => {} });
  const ready = readyStep({ cwd: rig.root, program, args });
  const request = { ready, trace: { roots: [rig.root] }, terminal: false, keepsLog: true, spillDirectory: rig.temp };
  await execute(request, { ...ports, cancellation, onOutput: () => {} });
}

interface Held {
  readonly megabytes: number;
  /** Of this process, and of its spawner. */
  readonly descriptors: number;
  readonly childMegabytes: number;
  readonly shared: number;
  readonly processes: number;
}

async function held(): Promise<Held> {
  // The spawner may not have reaped the last helper yet.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const children = descendants();
  const spawner = children.find((pid) => nameOf(pid) === 'trace-spawner');
  const ofSpawner = spawner === undefined ? 0 : readdirSync(`/proc/${spawner}/fd`).length;
  return {
    megabytes: Math.round(process.memoryUsage().rss / 1e6),
    descriptors: readdirSync('/proc/self/fd').length + ofSpawner,
    childMegabytes: spawner === undefined ? 0 : residentOf(spawner),
    shared: readdirSync('/dev/shm').length,
    processes: children.length,
  };
}

function descendants(): number[] {
  const of = (pid: number): number[] => {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    return children.flatMap((child) => [child, ...of(child)]);
  };
  return of(process.pid);
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

function residentOf(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000);
}
