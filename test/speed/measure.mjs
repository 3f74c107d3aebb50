import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const GNU_TIME = '/usr/bin/time';

export const measuresCpu = existsSync(GNU_TIME);

/**
 * Runs a command to its end: exit code, output, wall time, and (by GNU time) the CPU time of all its processes and the
 * peak memory of the largest of them.
 */
export async function measure(command, { cwd, env, scratch }) {
  const report = join(scratch, 'time.txt');
  const output = join(scratch, 'output.txt');
  rmSync(report, { force: true });
  const file = openSync(output, 'w');
  const [program, ...args] = measuresCpu ? [GNU_TIME, '-o', report, '-f', '%U %S %M', ...command] : command;
  try {
    const startedAt = performance.now();
    const exitCode = await endOf(spawn(program, args, { cwd, env, stdio: ['ignore', file, file] }));
    const wallMs = performance.now() - startedAt;
    return { exitCode, wallMs, ...resourcesIn(report), text: readFileSync(output, 'utf8') };
  } finally {
    closeSync(file);
  }
}

function endOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

/** Of a command that failed, GNU time says so in a line of its own before the figures. */
function resourcesIn(report) {
  if (!measuresCpu) return { cpuMs: Number.NaN, peakMb: Number.NaN };
  const [user, system, kilobytes] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { cpuMs: (user + system) * 1000, peakMb: kilobytes / 1024 };
}
