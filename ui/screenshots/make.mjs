import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { svgOf } from './svg.mjs';

/** Makes the pictures beside it from runs in a real tmux. After a build: `node ui/screenshots/make.mjs` */
const size = { columns: 104, rows: 30 };
const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'reprise-screenshots-'));
const workspace = join(scratch, 'shop');
const command = 'rp run --cache -r build';
/** Slow, as compilers are. */
const compiler = `import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
mkdirSync('dist', { recursive: true });
for (const file of readdirSync('src')) {
  await sleep(900);
  const text = readFileSync('src/' + file, 'utf8');
  if (text.includes('<;')) {
    console.error('src/' + file + ':1:23 - \\x1b[31merror\\x1b[39m: Expression expected.');
    process.exit(2);
  }
  console.log('compiled ' + file);
  for (const chunk of ['index.js', 'client.js', 'server.js', 'index.css']) {
    await sleep(500);
    writeFileSync('dist/' + chunk, text);
    console.log('\\x1b[2memitted\\x1b[22m ' + chunk);
  }
}
`;

try {
  writeWorkspace();
  startTerminal();
  await take('cold-run', command, '1/4');
  await ends();
  await take('hits', command, '--last-details');
  write('packages/api/src/prices.ts', 'export const prices = [2];\n');
  await take('miss', command, 'waits for');
  tmux('send-keys', '-t', '0', 'Down', 'Enter');
  await take('focus', undefined, '│ emitted server.js');
  await ends();
  write('packages/ui/src/button.ts', 'export const button = <;\n');
  write('packages/api/src/prices.ts', 'export const prices = [3];\n');
  await take('failure', command, '--last-details');
} finally {
  tmux('kill-server');
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
}

function writeWorkspace() {
  const packages = { core: [], ui: ['core'], api: ['core'], web: ['ui', 'api'] };
  write('package.json', JSON.stringify({ private: true, workspaces: ['packages/*'] }));
  for (const [name, others] of Object.entries(packages)) {
    const dependencies = Object.fromEntries(others.map((other) => [other, '*']));
    write(`packages/${name}/package.json`, JSON.stringify({ name, scripts: { build: 'node ../../build.mjs' }, dependencies }));
  }
  write('packages/core/src/money.ts', 'export const cents = 100;\n');
  write('packages/ui/src/button.ts', 'export const button = 1;\n');
  write('packages/api/src/prices.ts', 'export const prices = [1];\n');
  write('packages/web/src/page.ts', 'export const page = 1;\n');
  write('build.mjs', compiler);
}

function write(name, text) {
  const path = join(workspace, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function startTerminal() {
  write('../bin/rp', `#!/bin/sh\nexec ${process.execPath} ${cli} "$@"\n`);
  execFileSync('chmod', ['+x', join(scratch, 'bin/rp')]);
  const env = { PATH: `${join(scratch, 'bin')}:${process.env.PATH}`, HOME: scratch, PS1: '$ ', LANG: 'C.UTF-8' };
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const { columns, rows } = size;
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    `${columns}`,
    '-y',
    `${rows}`,
    '-c',
    workspace,
    'env',
    ...words,
    'bash',
    '--norc',
    '--noprofile',
  );
  tmux('set', '-g', 'status', 'off');
}

/** Writes the picture `name` once `text` can be seen; before that `line` is entered on an empty screen. */
async function take(name, line, text) {
  if (line !== undefined) tmux('send-keys', '-t', '0', 'C-l', line, 'Enter');
  await until((shown) => shown.includes(text));
  // The frame that shows it may be half drawn.
  await sleep(300);
  const target = fileURLToPath(new URL(`./${name}.svg`, import.meta.url));
  writeFileSync(target, svgOf(tmux('capture-pane', '-p', '-e', '-t', '0'), size.columns));
}

async function ends() {
  await until((shown) => shown.trimEnd().endsWith('\n$'));
}

async function until(holds) {
  for (let left = 1200; !holds(tmux('capture-pane', '-p', '-t', '0')); left--) {
    if (left === 0) throw new Error(`waited in vain before:\n${tmux('capture-pane', '-p', '-t', '0')}`);
    await sleep(50);
  }
}

function tmux(...words) {
  return execFileSync('tmux', ['-L', `reprise-${process.pid}`, ...words], { encoding: 'utf8' });
}
