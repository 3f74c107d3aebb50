import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { include_dir as nodeHeaders } from 'node-api-headers';

/**
 * Compiles the native parts to `dist/native`. Nothing fails because of it: without a compiler, or elsewhere than on Linux,
 * tasks run without a trace, and tools talk to the runner in a slower way.
 *
 * `--all` makes what a package carries: each part for each architecture, so that it runs whatever libc a machine has. One
 * that cannot be made is told, and is not packed. `--sanitize` makes a trace helper that checks itself while it runs.
 */
const here = dirname(fileURLToPath(import.meta.url));

const warnings = ['-Wall', '-Wextra'];
const optimised = ['-O2', '-s', '-D_FORTIFY_SOURCE=2', '-fstack-protector-strong'];
const portable = [...optimised, '-static'];
const checked = ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'];
// A compiler makes calls of `memcpy` out of loops, and there is no libc to have one.
const withoutLibc = ['-nostdlib', '-nostartfiles', '-fno-stack-protector', '-fno-tree-loop-distribute-patterns'];
// All symbols are bound at the start: later it might be in a signal handler, with little stack. Every process of a task
// maps it, so it has as few pages and mappings as can be.
const shimFlags = [
  '-O2',
  '-s',
  '-shared',
  '-fPIC',
  '-fvisibility=hidden',
  ...withoutLibc,
  '-Wl,-z,now,-z,defs,-z,norelro,-z,noseparate-code',
];
/** In somebody else's process there is nobody to tell. */
const shimChecked = ['-fsanitize=undefined', '-fsanitize-undefined-trap-on-error'];
/** Else the compiler would call functions of its own, which are in no libc. */
const shimFlagsOf = { x64: [], arm64: ['-mno-outline-atomics'] };
const addon = ['-O2', '-s', '-shared', '-fPIC', '-fvisibility=hidden', ...withoutLibc, '-isystem', nodeHeaders];

/** `flags` are for every machine; `here` are tried in turn for this one. */
const helper = {
  sources: 'execute/trace/native',
  output: (arch, variant = '') => `trace-helper-linux-${arch}${variant}`,
  flags: portable,
  // Not every distribution can link a static one.
  here: [portable, optimised],
};
/** Is put into the helper, so that it is wherever the helper is. */
const shim = { sources: 'execute/trace/native/shim', flags: shimFlags };
const toolSocket = { sources: 'execute/ipc/native', output: (arch) => `tool-socket-linux-${arch}.node`, flags: addon, here: [addon] };
const parts = [helper, toolSocket];

/** The compilers for another machine, as Debian names them and the packages that they are in. */
const crossCompilers = {
  x64: { program: 'x86_64-linux-gnu-gcc', source: 'the package gcc-x86-64-linux-gnu of Debian' },
  arm64: { program: 'aarch64-linux-gnu-gcc', source: 'the package gcc-aarch64-linux-gnu of Debian' },
};

if (process.argv.includes('--all')) parts.forEach(buildForAll);
else if (process.argv.includes('--sanitize')) buildHere(helper, '-sanitized', [checked]);
else parts.forEach((part) => buildHere(part, '', part.here));

/** Whatever is there: it may be one that needs the libc of this machine. */
function buildForAll(part) {
  for (const [arch, cross] of Object.entries(crossCompilers)) {
    const isOwn = process.platform === 'linux' && process.arch === arch;
    build(part, fileOf(part.output(arch)), { arch, compiler: isOwn ? ownCompiler() : cross, attempts: [part.flags] });
  }
}

function buildHere(part, variant, attempts) {
  const output = fileOf(part.output(process.arch, variant));
  if (process.platform !== 'linux' || !(process.arch in crossCompilers)) return say(output, 'it needs Linux on x64 or arm64');
  if (!isUpToDate(part, output)) build(part, output, { arch: process.arch, compiler: ownCompiler(), attempts });
}

function fileOf(name) {
  return join(here, '../dist/native', name);
}

function ownCompiler() {
  return { program: process.env.CC || 'cc', source: 'any C compiler' };
}

function build(part, output, { arch, compiler: { program, source }, attempts }) {
  // An older one might speak another protocol.
  rmSync(output, { force: true });
  if (spawnSync(program, ['--version']).error) return say(output, `there is no '${program}' (${source})`);
  mkdirSync(dirname(output), { recursive: true });
  let problem = '';
  for (const flags of attempts) {
    problem = compile(part, output, { arch, command: [program, '-std=gnu11', ...warnings, ...flags] });
    if (problem === '') return;
  }
  process.stderr.write(problem);
  say(output, `'${program}' could not compile it`);
}

/** What the compiler complained of; `''` when the file is there. */
function compile(part, output, { arch, command }) {
  const unfinished = `${output}.${process.pid}`;
  const problem = part === helper ? compileWithShim(unfinished, arch, command) : link(part, unfinished, command);
  if (problem === '') renameSync(unfinished, output);
  return problem;
}

/** Without a shim the helper works too: every access waits for it. */
function compileWithShim(output, arch, [program, ...flags]) {
  const file = `${output}.so`;
  const checks = checked.every((flag) => flags.includes(flag)) ? shimChecked : [];
  const problem = link(shim, file, [program, '-std=gnu11', ...warnings, ...shim.flags, ...shimFlagsOf[arch], ...checks]);
  if (problem !== '') process.stderr.write(problem);
  try {
    return link(helper, output, [program, ...flags, ...(problem === '' ? [`-DSHIM_FILE="${file}"`] : [])]);
  } finally {
    rmSync(file, { force: true });
  }
}

function link(part, output, [program, ...flags]) {
  const sources = filesOf(part).filter((file) => file.endsWith('.c'));
  const { status, stderr } = spawnSync(program, [...flags, '-o', output, ...sources], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(output, { force: true });
    return stderr;
  }
  process.stderr.write(stderr);
  return '';
}

function isUpToDate(part, output) {
  const built = statSync(output, { throwIfNoEntry: false });
  const files = [...filesOf(part), ...(part === helper ? filesOf(shim) : []), fileURLToPath(import.meta.url)];
  return built !== undefined && files.every((file) => statSync(file).mtimeMs < built.mtimeMs);
}

function filesOf({ sources }) {
  const directory = join(here, sources);
  return readdirSync(directory)
    .filter((name) => /\.(c|h)$/.test(name))
    .map((name) => join(directory, name));
}

function say(output, why) {
  process.stdout.write(`reprise: ${basename(output)} was not built: ${why}\n`);
}
