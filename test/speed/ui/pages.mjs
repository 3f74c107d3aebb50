import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../machine.mjs';
import { print } from '../table.mjs';

/** How long the pages of many tasks take to write and to show. `node test/speed/ui/pages.mjs [tasks]`; see ../README.md. */
const count = Number(process.argv[2] ?? 5000);
const cli = fileURLToPath(new URL('../../../dist/cli.mjs', import.meta.url));
const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);
const scratch = mkdtempSync(join(tmpdir(), 'reprise-bench-pages-'));
try {
  const workspace = writeWorkspace();
  print(describeMachine({ node: process.execPath, tools: scratch, runners: [] }));
  const pages = { graph: join(scratch, 'graph.html'), summary: join(scratch, 'summary.html') };
  reprise(['run', 'all'], workspace);
  print(`${count} tasks`);
  print(`  plan (--dry-run --json)  ${timeOf(() => reprise(['run', '--dry-run', '--json', 'all'], workspace))}`);
  print(`  graph --html             ${timeOf(() => reprise(['graph', `--html=${pages.graph}`], workspace))}`);
  print(`  --summary=html           ${timeOf(() => reprise(['run', '--last-details', `--summary=html:${pages.summary}`], workspace))}`);
  if (chromium === undefined) print('  there is no Chromium to show them');
  else for (const [name, file] of Object.entries(pages)) showPage(chromium, name, file);
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

/** Chains of fifty, of commands that the runner does itself. */
function writeWorkspace() {
  const directory = join(scratch, 'workspace');
  mkdirSync(directory);
  const tasks = Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`t${index}`, taskAt(index)]));
  const ends = Object.keys(tasks).filter((_, index) => index % 50 === 49 || index === count - 2);
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'many' }));
  writeFileSync(join(directory, 'vite-task.json'), JSON.stringify({ tasks: { ...tasks, all: { command: 'echo all', dependsOn: ends } } }));
  return directory;
}

function taskAt(index) {
  return { command: `echo ${index}`, dependsOn: index % 50 === 0 ? [] : [`t${index - 1}`] };
}

function reprise(words, cwd) {
  execFileSync(process.execPath, [cli, ...words], { cwd, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e9 });
}

/** Without what the browser takes to start. */
function showPage(browser, name, file) {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(scratch, 'profile')}`, '--dump-dom'];
  const show = (address) => execFileSync(browser, [...flags, address], { maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] });
  show('about:blank');
  const blank = best(() => show('about:blank'));
  const shown = best(() => show(`file://${file}`));
  print(`  ${name} in Chromium`.padEnd(27) + `${(shown - blank).toFixed(0)} ms, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
}

function timeOf(work) {
  return `${best(work).toFixed(0)} ms`;
}

/** Others may use the machine, so of three times the least. */
function best(work) {
  const times = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}
