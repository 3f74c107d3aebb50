import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.mjs';
import { measure, measuresCpu } from './measure.mjs';
import { phases } from './phases.mjs';
import { forgetAll, installCompetitors, makeRunners } from './runners.mjs';
import { printTable, print } from './table.mjs';
import { problemsOf } from './verify.mjs';
import { planWorkspace, writeWorkspace } from './workspace.mjs';

const { values } = parseArgs({
  options: {
    packages: { type: 'string', default: '100' },
    files: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    /** Leaves a runner out; may be given several times. */
    without: { type: 'string', multiple: true, default: [] },
    /** Only these phases; may be given several times. */
    phase: { type: 'string', multiple: true, default: [] },
    /** The Node that runs the runners: the competitors' 24, which vite-plus needs, unless given. */
    node: { type: 'string' },
    /** The build of ours to measure. */
    cli: { type: 'string', default: fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url)) },
    /** Where the competitors are installed, and stay for the next time. */
    tools: { type: 'string', default: join(tmpdir(), 'reprise-bench-tools') },
    /** Leaves the workspaces for a look at them. */
    keep: { type: 'boolean', default: false },
  },
});

const rounds = count('rounds');
const plan = planWorkspace({ packages: count('packages'), files: count('files') });
const cli = resolve(values.cli);
if (!existsSync(cli)) throw new Error(`${cli} is not there: run 'npm run build' first`);
const tools = resolve(values.tools);
const needsTools = values.node === undefined || !['turbo', 'vite-plus'].every((name) => values.without.includes(name));
if (needsTools) installCompetitors(tools);
const node = values.node === undefined ? join(tools, 'node_modules/.bin/node') : resolve(values.node);
const runners = makeRunners({ tools, cli, node }).filter(({ name }) => !values.without.includes(name));

const scratch = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
try {
  const problems = await bench();
  for (const problem of problems) print(problem);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  if (values.keep) print(`kept: ${scratch}`);
  else rmSync(scratch, { recursive: true, force: true });
}

/** Measures and prints; gives what was wrong with our results. Speed is nowhere asserted. */
async function bench() {
  print(describeMachine({ node, tools, runners }));
  if (!measuresCpu) print('CPU and memory need GNU time at /usr/bin/time, which is not there.');
  print(`${plan.length} packages × ${values.files} files, ${rounds} rounds, runners take turns; medians\n`);
  printTable('start-up', await startUp());

  const problems = [];
  const samples = [];
  for (const runner of runners) writeWorkspace(directoryOf(runner), plan);
  for (let round = 1; round <= rounds; round++) {
    // Each phase starts from what the one before has left, so a cold run comes first even where it is not asked for.
    for (const phase of phases.filter(({ name }) => name === 'cold' || values.phase.length === 0 || values.phase.includes(name))) {
      for (const runner of inTurn(runners, round)) {
        const sample = await runPhase(runner, phase, round);
        samples.push(sample);
        problems.push(...sample.problems);
      }
    }
  }
  for (const { name } of phases)
    printTable(
      name,
      samples.filter(({ phase }) => phase === name),
    );
  return problems;
}

async function runPhase(runner, phase, round) {
  const directory = directoryOf(runner);
  if (phase.name === 'cold') forgetAll(runner, directory);
  phase.prepare(directory, plan, round);
  const measured = await measure(runner.command, { cwd: directory, env: environment(runner.env), scratch });
  const hits = measured.exitCode === 0 ? runner.hits(measured.text, directory) : Number.NaN;
  const problems = problemsOf(
    { ...measured, hits },
    { directory, plan, expectedHits: phase.expectedHits(plan), isOurs: runner.name === 'reprise' },
  );
  return {
    ...measured,
    hits,
    runner: runner.name,
    phase: phase.name,
    problems: problems.map((problem) => `${runner.name}, ${phase.name}: ${problem}`),
  };
}

/** Ours next to the least that a program for Node can take. */
async function startUp() {
  const candidates = [
    { runner: 'reprise --version', command: [node, cli, '--version'] },
    { runner: 'node -e 0', command: [node, '-e', '0'] },
  ];
  const samples = [];
  for (let round = 1; round <= rounds * 4; round++) {
    for (const { runner, command } of inTurn(candidates, round))
      samples.push({ ...(await measure(command, { cwd: scratch, env: environment({}), scratch })), runner });
  }
  return samples;
}

function directoryOf({ name }) {
  return join(scratch, name);
}

/** Whoever is first in a round pays for cold caches of the disk. */
function inTurn(all, round) {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** Next to nothing, the same for all, and a home of their own: `NODE_EXTRA_CA_CERTS` would cost every Node 10 to 40 ms. */
function environment(env) {
  const userHome = join(scratch, 'home');
  mkdirSync(userHome, { recursive: true });
  return { PATH: `${join(node, '..')}:/usr/local/bin:/usr/bin:/bin`, HOME: userHome, LANG: 'C.UTF-8', ...env };
}

function count(name) {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} takes a number above 0, not '${values[name]}'`);
}
