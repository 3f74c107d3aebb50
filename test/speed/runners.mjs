import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('./competitors/', import.meta.url));

/** Installs the competitors, at the versions of their lock file, unless the directory holds them already. */
export function installCompetitors(directory) {
  const lock = join(home, 'package-lock.json');
  const installed = join(directory, 'package-lock.json');
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lock)) && existsSync(join(directory, 'node_modules'))) return;
  mkdirSync(directory, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(home, name), join(directory, name));
  // Not `npm ci`: a registry may lack vite-plus for other systems, which the lock file then lacks, too.
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: directory,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the competitors could not be installed');
}

/** How each runner is called, where it keeps what it remembers, and how many tasks its output says were hits. */
export function makeRunners({ tools, cli, node }) {
  const bin = (name) => join(tools, 'node_modules/.bin', name);
  return [
    {
      name: 'reprise',
      command: [node, cli, 'run', '-r', '--cache', 'build'],
      memory: ['node_modules/.cache'],
      env: {},
      hits: (_text, directory) =>
        JSON.parse(readFileSync(join(directory, 'node_modules/.cache/reprise/last-run.json'), 'utf8')).totals.hits,
    },
    {
      name: 'turbo',
      command: [node, bin('turbo'), 'run', 'build'],
      memory: ['.turbo', 'node_modules/.cache'],
      env: { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', TURBO_DAEMON: 'false', DO_NOT_TRACK: '1' },
      hits: (text) => Number(/Cached:\s+(\d+) cached/.exec(text)?.[1] ?? Number.NaN),
    },
    {
      name: 'vite-plus',
      command: [node, bin('vp'), 'run', '-r', '--cache', 'build'],
      memory: ['node_modules/.vite'],
      env: { DO_NOT_TRACK: '1' },
      hits: (text) => Number(/(\d+)\/\d+ cache hit/.exec(text)?.[1] ?? Number.NaN),
    },
  ];
}

/** So that the next run is the first. */
export function forgetAll({ memory }, directory) {
  for (const place of memory) rmSync(join(directory, place), { recursive: true, force: true });
}
