import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../machine.mjs';
import { measure } from '../measure.mjs';
import { print } from '../table.mjs';
import { buildDeaf } from './deaf-build.mjs';

/**
 * What the servers cost: a run of many cheap steps, each with a server of its own, against the same run of a build without
 * them, in turns. `node test/speed/ipc/steps.mjs [steps] [rounds]`
 */
const steps = Number(process.argv[2] ?? 1000);
const rounds = Number(process.argv[3] ?? 5);
const cli = fileURLToPath(new URL('../../../dist/cli.mjs', import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), 'reprise-bench-ipc-'));
try {
  const deaf = await buildDeaf(scratch);
  const directory = writeWorkspace();
  print(describeMachine({ node: process.execPath, tools: scratch, runners: [] }));
  const ratios = [];
  for (let round = 0; round < rounds; round++) {
    const inTurn = round % 2 === 0 ? [cli, deaf] : [deaf, cli];
    const taken = new Map();
    for (const one of inTurn) taken.set(one, await timeOf(one, directory));
    ratios.push({ wall: taken.get(cli).wallMs / taken.get(deaf).wallMs, cpu: taken.get(cli).cpuMs / taken.get(deaf).cpuMs });
    print(`with ${format(taken.get(cli))}, without ${format(taken.get(deaf))}`);
  }
  print(
    `${steps} steps, ${rounds} rounds: wall × ${median(ratios.map(({ wall }) => wall))}, CPU × ${median(ratios.map(({ cpu }) => cpu))}`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeWorkspace() {
  const directory = join(scratch, 'workspace');
  mkdirSync(directory);
  const tasks = Object.fromEntries(Array.from({ length: steps }, (_, index) => [`t${index}`, { command: `/bin/true ${index}` }]));
  const all = { all: { command: 'echo all', dependsOn: Object.keys(tasks) } };
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'cheap' }));
  writeFileSync(join(directory, 'vite-task.json'), JSON.stringify({ tasks: { ...tasks, ...all } }));
  return directory;
}

async function timeOf(program, directory) {
  const env = { PATH: process.env.PATH, HOME: scratch, TMPDIR: tmpdir() };
  const measured = await measure([process.execPath, program, 'run', '--force', 'all'], { cwd: directory, env, scratch });
  if (measured.exitCode !== 0) throw new Error(measured.text.slice(-2000));
  return measured;
}

function format({ wallMs, cpuMs }) {
  return `${Math.round(wallMs)} ms (CPU ${Math.round(cpuMs)} ms)`;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)].toFixed(3);
}
