import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the figures were measured on and with. Without it they say nothing. */
export function describeMachine({ node, tools, runners }) {
  const [cpu] = cpus();
  const nodeVersion = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const load = loadavg().map((one) => one.toFixed(1));
  const versions = runners
    .filter(({ name }) => name !== 'reprise')
    .map(({ name }) => `${name} ${versionOf(join(tools, 'node_modules', name))}`);
  return [
    `${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, load ${load.join(' ')}`,
    `Node ${nodeVersion} for all (the bench itself ${process.version}); ${versions.join(', ')}`,
  ].join('\n');
}

function versionOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version;
}
