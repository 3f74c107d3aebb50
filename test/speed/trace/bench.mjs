import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installTools } from '../../tools/installed-tools.mjs';
import { makeLoads, toolEnvironment } from '../../tools/loads.mjs';
import { startReport, loadReport, header } from './report.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    /** Only these loads; may be given several times. */
    load: { type: 'string', multiple: true, default: [] },
    /** Also measures `strace -f --seccomp-bpf`. */
    strace: { type: 'boolean', default: false },
    /** The tools and their projects: installed here, and left for the next time. */
    workspace: { type: 'string', default: join(realpathSync(tmpdir()), 'reprise-bench-traced') },
    /** Another build of ours. */
    helper: { type: 'string', default: fileURLToPath(new URL(`../../../dist/native/trace-helper-linux-${process.arch}`, import.meta.url)) },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

const START_ROUNDS = 61;

const seed = Number(values.seed);
const rounds = Number(values.rounds);
const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'reprise-bench-trace-'));
const env = toolEnvironment(join(scratch, 'home'));

/** What a command becomes when it is measured by each arm. */
const arms = {
  plain: (command) => command,
  traced: (command) => [
    '--report',
    values.helper,
    '--trace',
    '--group',
    '--root',
    values.workspace,
    '--report-fd',
    '3',
    '--control-fd',
    '4',
    '--',
    command[0],
    ...command,
  ],
  strace: (command) => [
    '/usr/bin/strace',
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    'trace=%file,getdents64',
    '--',
    ...command,
  ],
};

function main() {
  if (!existsSync(values.helper)) throw new Error(`${values.helper} does not exist: npm run build:native`);
  installTools(values.workspace);
  for (const name of ['measured', 'calls']) compile(name);
  const chosen = loads().filter(({ name }) => values.load.length === 0 || values.load.includes(name));
  const load = loadavg().map((one) => one.toFixed(1));
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, load ${load.join(' ')}, Node ${process.version}`;
  print(`${machine}\n${rounds} rounds, seed ${seed}\n\n${header}`);
  for (const load of chosen) print(loadReport(load.name, sample(load, rounds), seed));
  if (values.load.length === 0 || values.load.includes('start')) {
    print(startReport(sample({ cwd: scratch, command: ['/bin/true'], prepare: () => {} }, START_ROUNDS)));
  }
}

function loads() {
  const calls = (name, ...words) => ({ name, cwd: values.workspace, command: [join(scratch, 'calls'), ...words], prepare: () => {} });
  return [
    ...makeLoads(values.workspace),
    calls('1e6 stats', 'stat', '1000000', join(values.workspace, 'package.json')),
    calls('300 execs', 'exec', '300', '/bin/true'),
  ];
}

/** Each arm once a round, in an order that turns from round to round. One round before that is for the caches. */
function sample(load, count) {
  const names = ['plain', 'traced', ...(values.strace ? ['strace'] : [])];
  for (const name of names) measure(load, name);
  return Array.from({ length: count }, (_, round) => {
    const turned = round % 2 === 0 ? names : names.toReversed();
    return Object.fromEntries(turned.map((name) => [name, measure(load, name)]));
  });
}

function measure({ name, cwd, command, prepare }, arm) {
  prepare();
  const result = join(scratch, 'result');
  rmSync(result, { force: true });
  const { status } = spawnSync(join(scratch, 'measured'), [result, ...arms[arm](command)], { cwd, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} could not be measured`);
  const [exitCode, cpu, wall] = readFileSync(result, 'utf8').split(' ').map(Number);
  if (exitCode !== 0) throw new Error(`${name} (${arm}) ended with ${exitCode}`);
  return { cpuMs: cpu / 1000, wallMs: wall / 1000 };
}

function compile(name) {
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const { status } = spawnSync('cc', ['-O2', '-o', join(scratch, name), source], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name}.c could not be compiled: the bench needs cc`);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

try {
  main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
