import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles the trace helper to `dist/native`. An install never fails because of it: without a compiler, or elsewhere than
 * on Linux, tasks run without a trace. `--sanitize` makes a helper beside it that checks itself while it runs.
 */
const here = dirname(fileURLToPath(import.meta.url));
const sanitize = process.argv.includes('--sanitize');
const output = join(here, '../../../../dist/native', `trace-helper-linux-${process.arch}${sanitize ? '-sanitized' : ''}`);

const warnings = ['-Wall', '-Wextra'];
const optimised = ['-O2', '-D_FORTIFY_SOURCE=2', '-fstack-protector-strong'];
const checked = ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'];

build();

function build() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return say('tracing needs Linux on x64 or arm64');
  if (isUpToDate()) return;
  mkdirSync(dirname(output), { recursive: true });
  const compiler = process.env.CC || 'cc';
  if (spawnSync(compiler, ['--version']).error) return giveUp(`there is no C compiler '${compiler}'`);
  // A static helper runs whatever libc the machine has; not every distribution can link one.
  const attempts = sanitize ? [checked] : [[...optimised, '-static'], optimised];
  let problem = '';
  for (const flags of attempts) {
    problem = compile(compiler, flags);
    if (problem === '') return;
  }
  process.stderr.write(problem);
  giveUp(`'${compiler}' could not compile it`);
}

function giveUp(why) {
  // An older helper might speak another protocol.
  rmSync(output, { force: true });
  say(why);
}

/** What the compiler complained of; `''` when the helper is there. */
function compile(compiler, flags) {
  const unfinished = `${output}.${process.pid}`;
  const sources = files().filter((file) => file.endsWith('.c'));
  const { status, stderr } = spawnSync(compiler, ['-std=gnu11', ...warnings, ...flags, '-o', unfinished, ...sources], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(unfinished, { force: true });
    return stderr;
  }
  process.stderr.write(stderr);
  renameSync(unfinished, output);
  return '';
}

function isUpToDate() {
  const built = statSync(output, { throwIfNoEntry: false });
  return built !== undefined && files().every((file) => statSync(file).mtimeMs < built.mtimeMs);
}

function files() {
  return readdirSync(here)
    .filter((name) => /\.(c|h|mjs)$/.test(name))
    .map((name) => join(here, name));
}

function say(why) {
  process.stdout.write(`reprise: no trace helper was built: ${why}\n`);
}
