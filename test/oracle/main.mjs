import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Gets `strace` and the helper if need be, and compares what they see. Arguments go to vitest: a name of a file, `-t esbuild`. */
function main() {
  if (!haveStrace()) {
    process.stderr.write('the oracle needs strace: apt-get install strace\n');
    return 1;
  }
  const built = run('npm', ['run', '--silent', 'build:native']);
  return built === 0 ? run('npx', ['vitest', 'run', '--config', 'test/oracle.config.ts', ...process.argv.slice(2)]) : built;
}

function haveStrace() {
  if (isThere()) return true;
  if (process.getuid?.() !== 0) return false;
  run('apt-get', ['install', '-y', '--no-install-recommends', 'strace']);
  return isThere();
}

function isThere() {
  return spawnSync('strace', ['-V']).status === 0;
}

function run(program, args) {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = main();
