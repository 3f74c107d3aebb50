import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles the trace helper to `dist/native`. Nothing fails because of it: without a compiler, or elsewhere than on Linux,
 * tasks run without a trace.
 *
 * `--all` makes what a package carries: a helper for each architecture, static, so that it runs whatever libc a machine
 * has. One that cannot be made is told, and is not packed. `--sanitize` makes a helper that checks itself while it runs.
 */
const here = dirname(fileURLToPath(import.meta.url));

const warnings = ['-Wall', '-Wextra'];
const optimised = ['-O2', '-s', '-D_FORTIFY_SOURCE=2', '-fstack-protector-strong'];
const portable = [...optimised, '-static'];
const checked = ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'];

/** The compilers for another machine, as Debian names them and the packages that they are in. */
const crossCompilers = {
  x64: { program: 'x86_64-linux-gnu-gcc', source: 'the package gcc-x86-64-linux-gnu of Debian' },
  arm64: { program: 'aarch64-linux-gnu-gcc', source: 'the package gcc-aarch64-linux-gnu of Debian' },
};

if (process.argv.includes('--all')) buildAll();
else if (process.argv.includes('--sanitize')) buildHere('-sanitized', [checked]);
// Not every distribution can link a static one.
else buildHere('', [portable, optimised]);

/** Whatever is there: it may be one that needs the libc of this machine. */
function buildAll() {
  for (const [arch, cross] of Object.entries(crossCompilers)) {
    const isOwn = process.platform === 'linux' && process.arch === arch;
    build(helperFile(arch), isOwn ? ownCompiler() : cross, [portable]);
  }
}

function buildHere(variant, attempts) {
  const output = helperFile(process.arch, variant);
  if (process.platform !== 'linux' || !(process.arch in crossCompilers)) return say(output, 'tracing needs Linux on x64 or arm64');
  if (!isUpToDate(output)) build(output, ownCompiler(), attempts);
}

function helperFile(arch, variant = '') {
  return join(here, '../../../../dist/native', `trace-helper-linux-${arch}${variant}`);
}

function ownCompiler() {
  return { program: process.env.CC || 'cc', source: 'any C compiler' };
}

function build(output, { program, source }, attempts) {
  // An older helper might speak another protocol.
  rmSync(output, { force: true });
  if (spawnSync(program, ['--version']).error) return say(output, `there is no '${program}' (${source})`);
  mkdirSync(dirname(output), { recursive: true });
  let problem = '';
  for (const flags of attempts) {
    problem = compile(program, flags, output);
    if (problem === '') return;
  }
  process.stderr.write(problem);
  say(output, `'${program}' could not compile it`);
}

/** What the compiler complained of; `''` when the helper is there. */
function compile(program, flags, output) {
  const unfinished = `${output}.${process.pid}`;
  const sources = files().filter((file) => file.endsWith('.c'));
  const { status, stderr } = spawnSync(program, ['-std=gnu11', ...warnings, ...flags, '-o', unfinished, ...sources], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(unfinished, { force: true });
    return stderr;
  }
  process.stderr.write(stderr);
  renameSync(unfinished, output);
  return '';
}

function isUpToDate(output) {
  const built = statSync(output, { throwIfNoEntry: false });
  return built !== undefined && files().every((file) => statSync(file).mtimeMs < built.mtimeMs);
}

function files() {
  return readdirSync(here)
    .filter((name) => /\.(c|h|mjs)$/.test(name))
    .map((name) => join(here, name));
}

function say(output, why) {
  process.stdout.write(`reprise: ${basename(output)} was not built: ${why}\n`);
}
