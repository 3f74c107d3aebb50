import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { directoryWith } from '../harness/files.ts';

/** A file of a package that is installed for the test, or why it cannot be. */
export function installed(pinned: string, file: string): { readonly path: string } | { readonly why: string } {
  const directory = directoryWith({ 'package.json': '{}' });
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', pinned], {
    cwd: directory,
    encoding: 'utf8',
  });
  const path = `${directory}/node_modules/${file}`;
  if (status !== 0) return { why: `npm cannot install ${pinned}: ${stderr.split('\n')[0]}` };
  return existsSync(path) ? { path } : { why: `${pinned} has no ${file}: it is not for this machine` };
}
