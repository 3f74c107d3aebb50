import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('./', import.meta.url));

/**
 * A workspace with the tools of the lock file in its `node_modules`; one that holds them already is taken as it is. Its name ends in
 * `.part` until all is there.
 */
export function installTools(directory) {
  if (isInstalled(directory)) return;
  const part = `${directory}.part`;
  for (const left of [directory, part]) rmSync(left, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(home, name), join(part, name));
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: part, stdio: 'inherit' });
  if (status !== 0) throw new Error('the tools could not be installed');
  renameSync(part, directory);
}

function isInstalled(directory) {
  const lock = join(directory, 'package-lock.json');
  return existsSync(lock) && readFileSync(lock).equals(readFileSync(join(home, 'package-lock.json')));
}
