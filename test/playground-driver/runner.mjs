import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { userEnvironment } from './environment.mjs';

/**
 * Runs `reprise run …flags build` in a directory and gives its exit code, its time and what its record says.
 * `output: 'collect'` keeps stdout and stderr instead of showing them.
 */
export async function runBuild({ cli, directory, flags, env = {}, output = 'show' }) {
  const recordFile = join(directory, 'node_modules/.cache/reprise/last-run.json');
  rmSync(recordFile, { force: true });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [cli, 'run', ...flags, 'build'], {
    cwd: directory,
    env: { ...userEnvironment(), ...env },
    stdio: output === 'show' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  const [ended, stdout, stderr] = await Promise.all([endOf(child), textOf(child.stdout), textOf(child.stderr)]);
  return { ...ended, stdout, stderr, seconds: (performance.now() - startedAt) / 1000, ...readRecord(recordFile) };
}

function endOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

async function textOf(stream) {
  if (stream === null) return '';
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

/** Empty when the run left no record. */
function readRecord(file) {
  try {
    const { totals, cacheFaults } = JSON.parse(readFileSync(file, 'utf8'));
    return { totals, cacheFaults };
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
