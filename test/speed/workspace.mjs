import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A workspace of npm packages in layers: each package depends on three of the layer before, has `files` sources, and a
 * script `build` that copies them to `dist` and concatenates one file of each dependency's `dist` beside them.
 */
export function planWorkspace({ packages, files }) {
  const perLayer = Math.ceil(packages / LAYERS);
  return Array.from({ length: packages }, (_, index) => {
    const before = (Math.floor(index / perLayer) - 1) * perLayer;
    const dependencies = before < 0 ? [] : [0, 1, 7].map((step) => before + ((index + step) % perLayer));
    return { name: nameOf(index), dependencies: [...new Set(dependencies)].map(nameOf), files };
  });
}

/** Writes it, and commits its sources: one in a git repository is what runners are made for. */
export function writeWorkspace(directory, plan) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'node_modules/@bench'), { recursive: true });
  for (const [name, text] of Object.entries(rootFiles)) writeFileSync(join(directory, name), text);
  for (const one of plan) {
    const home = packageDirectory(directory, one.name);
    mkdirSync(join(home, 'src'), { recursive: true });
    writeFileSync(join(home, 'package.json'), manifest(one));
    writeFileSync(join(home, 'build.sh'), script(one));
    for (let file = 0; file < one.files; file++) writeFileSync(join(home, 'src', fileName(file)), source(one.name, file));
    symlinkSync(`../../packages/${one.name}`, join(directory, 'node_modules/@bench', one.name));
  }
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...identity, 'commit', '-qm', 'sources'],
  ]) {
    const { status, stderr } = spawnSync('git', args, { cwd: directory, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.at(-1)}: ${stderr}`);
  }
}

export function removeBuilt(directory, plan) {
  for (const { name } of plan) rmSync(join(packageDirectory(directory, name), 'dist'), { recursive: true, force: true });
}

/** Changes one file of a package in a middle layer: one that its dependents concatenate, or another. */
export function editSource(directory, plan, { isShared, round }) {
  const { name } = plan[Math.floor(plan.length / 2)];
  const file = join(packageDirectory(directory, name), 'src', fileName(isShared ? SHARED : 1));
  writeFileSync(file, `${readFileSync(file, 'utf8')}// round ${round}\n`);
}

/** What a build of the sources as they are must leave, path by path; and what is there. */
export function expectedTree(directory, plan) {
  const tree = new Map();
  for (const { name, dependencies, files } of plan) {
    for (let file = 0; file < files; file++) tree.set(`${name}/${fileName(file)}`, readSource(directory, name, file));
    tree.set(`${name}/dependencies.js`, dependencies.map((one) => readSource(directory, one, SHARED)).join(''));
  }
  return tree;
}

function readSource(directory, name, file) {
  return readFileSync(join(packageDirectory(directory, name), 'src', fileName(file)), 'utf8');
}

export function packageDirectory(directory, name) {
  return join(directory, 'packages', name);
}

const LAYERS = 10;
/** The file that dependents concatenate. */
const SHARED = 0;

/** As many tasks write it: no work of the task's own worth speaking of, so that what is measured is the runner. */
function script({ dependencies }) {
  const shared = dependencies.map((name) => `../../node_modules/@bench/${name}/dist/${fileName(SHARED)}`);
  const concatenate = shared.length === 0 ? ': >dist/dependencies.js' : `cat ${shared.join(' ')} >dist/dependencies.js`;
  return `set -e\nmkdir -p dist\ncp src/* dist\n${concatenate}\necho built\n`;
}

function manifest({ name, dependencies }) {
  const ranges = Object.fromEntries(dependencies.map((one) => [`@bench/${one}`, 'workspace:*']));
  return json({ name: `@bench/${name}`, version: '1.0.0', scripts: { build: 'sh build.sh' }, dependencies: ranges });
}

function source(name, file) {
  const lines = Array.from(
    { length: 20 },
    (_, line) => `export const ${name}_${file}_${line} = ${JSON.stringify(`${name} ${file} ${line}`)};`,
  );
  return `${lines.join('\n')}\n`;
}

function nameOf(index) {
  return `p${String(index).padStart(4, '0')}`;
}

function fileName(file) {
  return `f${String(file).padStart(2, '0')}.js`;
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const rootFiles = {
  'package.json': json({ name: 'bench', version: '0.0.0', private: true, packageManager: 'npm@11.0.0', workspaces: ['packages/*'] }),
  'package-lock.json': json({ name: 'bench', version: '0.0.0', lockfileVersion: 3, requires: true, packages: {} }),
  '.gitignore': 'node_modules\ndist\n.turbo\n',
  'turbo.json': json({ tasks: { build: { dependsOn: ['^build'], outputs: ['dist/**'] } } }),
};
