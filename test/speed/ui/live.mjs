import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { describeMachine } from '../machine.mjs';
import { print } from '../table.mjs';

/** What the live view costs: the same run with it and with the plain stream, in turns, each on a terminal of its own. See ../README.md. */
const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '1000' },
    slots: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '7' },
    /** What each step prints. */
    kilobytes: { type: 'string', default: '1' },
    /** Steps are traced and stored. */
    cached: { type: 'boolean', default: false },
    cli: { type: 'string', default: fileURLToPath(new URL('../../../dist/cli.mjs', import.meta.url)) },
    node: { type: 'string', default: process.execPath },
  },
});
const [steps, rounds, kilobytes] = [values.steps, values.rounds, values.kilobytes].map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'reprise-bench-ui-'));
try {
  const workspace = writeWorkspace();
  print(describeMachine({ node: values.node, tools: scratch, runners: [] }));
  const pairs = [];
  for (let round = -1; round < rounds; round++) {
    const inTurn = round % 2 === 0 ? ['live', 'stream'] : ['stream', 'live'];
    const taken = {};
    for (const ui of inTurn) taken[ui] = await runOnTerminal(ui, workspace);
    // The first time fills the system's caches.
    if (round < 0) continue;
    pairs.push(taken);
    print(`live ${format(taken.live)}, stream ${format(taken.stream)}`);
  }
  const wall = median(pairs.map(({ live, stream }) => live.wallMs / stream.wallMs)).toFixed(3);
  const cpu = (100 * median(pairs.map(({ live, stream }) => (live.cpuMs - stream.cpuMs) / stream.wallMs))).toFixed(1);
  const more = median(pairs.map(({ live, stream }) => live.peakMb - stream.peakMb)).toFixed(0);
  print(
    `${steps} steps of ${kilobytes} kB, ${values.slots} slots, ${rounds} rounds: the live view takes wall × ${wall}, CPU for ${cpu} % of it, ${more} MB`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeWorkspace() {
  const directory = join(scratch, 'workspace');
  mkdirSync(directory);
  const names = Array.from({ length: steps }, (_, index) => `t${index}`);
  const tasks = Object.fromEntries(names.map((name) => [name, { command: `cat text.txt ${name}.txt` }]));
  for (const name of names) writeFileSync(join(directory, `${name}.txt`), `end of ${name}\n`);
  writeFileSync(join(directory, 'text.txt'), 'what a step prints as it goes\n'.repeat(Math.ceil((kilobytes * 1000) / 30)));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'cheap' }));
  writeFileSync(join(directory, 'vite-task.json'), JSON.stringify({ tasks: { ...tasks, all: { command: 'echo all', dependsOn: names } } }));
  return directory;
}

/** Wall time, and of the runner alone its CPU time and peak memory: what the steps take is the same, but not each time. */
async function runOnTerminal(ui, cwd) {
  const report = join(scratch, 'usage.json');
  const env = { PATH: process.env.PATH, HOME: scratch, TMPDIR: tmpdir(), TERM: 'xterm-256color', REPRISE_BENCH_USAGE: report };
  const told = fileURLToPath(new URL('./tell-usage.mjs', import.meta.url));
  const flags = [values.cached ? '--force' : '--no-cache', `--ui=${ui}`, `--concurrency-limit=${values.slots}`];
  const startedAt = performance.now();
  const terminal = spawn(values.node, ['--import', told, values.cli, 'run', ...flags, 'all'], {
    cwd,
    env,
    cols: 120,
    rows: 40,
    encoding: null,
  });
  let bytes = 0;
  terminal.onData((data) => (bytes += data.length));
  const { exitCode } = await new Promise((resolve) => terminal.onExit(resolve));
  const wallMs = performance.now() - startedAt;
  if (exitCode !== 0) throw new Error(`--ui=${ui} ended with ${exitCode}`);
  return { wallMs, ...JSON.parse(readFileSync(report, 'utf8')), bytes };
}

function format({ wallMs, cpuMs, peakMb, bytes }) {
  return `${wallMs.toFixed(0)} ms (CPU ${cpuMs.toFixed(0)} ms, ${peakMb.toFixed(0)} MB, ${(bytes / 1000).toFixed(0)} kB shown)`;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
