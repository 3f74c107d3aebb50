import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isVolatile } from '../tree.mjs';
import { userEnvironment } from './environment.mjs';

const playground = fileURLToPath(new URL('../playground/', import.meta.url));

/** An empty directory of ours, below the system's temporary one. */
export function makeWorkingDirectory() {
  return mkdtempSync(join(realpathSync(tmpdir()), 'reprise-playground-'));
}

/** The playground's sources in a new directory, as a git repository with one commit, and its packages installed. */
export function makeFreshCopy(directory) {
  for (const path of sourceFiles()) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    cpSync(join(playground, path), join(directory, path));
  }
  const git = (...args) => execFileSync('git', args, { cwd: directory });
  git('init', '--quiet');
  git('add', '--all');
  const author = ['-c', 'user.name=Playground', '-c', 'user.email=playground@reprise.invalid'];
  git(...author, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', 'Kitchen');
  execFileSync('npm', ['ci'], { cwd: directory, stdio: 'inherit', env: userEnvironment() });
}

/** Takes away everything but sources and installed packages: outputs, build info, tools' caches, the cache and its records. */
export function removeGenerated(directory) {
  execFileSync('git', ['clean', '-xdff', '--quiet', '--exclude=node_modules'], { cwd: directory });
  const packages = packageDirectories(directory);
  for (const modules of [directory, ...packages].map((owner) => join(owner, 'node_modules'))) {
    if (existsSync(modules)) removeToolCaches(modules);
  }
}

/** Deletes the `dist` of each package, and nothing else. */
export function removeDist(directory) {
  for (const owner of packageDirectories(directory)) rmSync(join(owner, 'dist'), { recursive: true, force: true });
}

/** Tracked files, and new ones that are not ignored: what a commit made now would hold. */
function sourceFiles() {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: playground,
    encoding: 'utf8',
  });
  return listing.split('\0').filter((path) => path !== '' && existsSync(join(playground, path)));
}

function packageDirectories(directory) {
  return readdirSync(join(directory, 'packages')).map((name) => join(directory, 'packages', name));
}

/** A tool may have made a package's `node_modules` only for its cache; then that goes too. */
function removeToolCaches(modules) {
  for (const name of readdirSync(modules)) {
    if (isVolatile(`node_modules/${name}`)) rmSync(join(modules, name), { recursive: true });
  }
  if (readdirSync(modules).length === 0) rmdirSync(modules);
}
