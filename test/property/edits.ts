import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { orAbsent } from '../../src/base/files.ts';
import type { Random } from '../harness/random.ts';
import type { Rig } from '../harness/rig.ts';

export interface Edit {
  readonly name: string;
  readonly apply: () => void;
}

const sources = [
  'src/a.txt',
  'src/b.txt',
  'src/c.txt',
  'src/override/a.txt',
  'src/deep/d.txt',
  'maybe.txt',
  'plugins/one.txt',
  'targets/one/c.txt',
];

/** What a user or another program may do to the sources of the phased task at any moment. */
const kinds: Readonly<Record<string, (rig: Rig, random: Random) => void>> = {
  write: (rig, random) => put(rig, random.pick(sources), text(random)),
  'write the same size and time': (rig, random) => keepTimes(rig, random.pick(sources), text(random)),
  'write the same bytes': (rig, random) => rewrite(rig, random.pick(sources)),
  'rename over': (rig, random) => renameOver(rig, random.pick(sources), text(random)),
  remove: (rig, random) => rmSync(rig.path(random.pick(sources)), { force: true }),
  'add a name': (rig, random) => put(rig, `${random.pick(['src', 'src/deep', 'plugins'])}/new-${random.below(5)}.txt`, text(random)),
  'remove a directory': (rig, random) =>
    rmSync(rig.path(random.pick(['src/deep', 'src/override', 'plugins'])), { recursive: true, force: true }),
  'retarget the link': (rig, random) => link(rig, 'latest', random.pick(['src/a.txt', 'src/b.txt', 'nowhere'])),
  'retarget the directory link': (rig, random) => link(rig, 'linked', random.pick(['targets/one', 'targets/two'])),
  chmod: (rig, random) => toggle(rig, random.pick(['src/a.txt', 'src/b.txt'])),
};

/** What another may do to the outputs until the task writes them; who writes them after that has the last word. */
const outputKinds: typeof kinds = {
  'write the output': (rig) => put(rig, 'out/result.json', 'mine'),
  'remove the output': (rig) => rmSync(rig.path('out'), { recursive: true, force: true }),
};

export function randomEdit(rig: Rig, random: Random, { isWritten }: { readonly isWritten: boolean }): Edit {
  const all = isWritten ? kinds : { ...kinds, ...outputKinds };
  const name = random.pick(Object.keys(all));
  return { name, apply: () => all[name]?.(rig, random) };
}

const kept = ['src', 'plugins', 'targets', 'maybe.txt', 'latest', 'linked'];

/** Keeps the sources as they are now; gives what brings them back. */
export function keepSources(rig: Rig): () => void {
  const aside = mkdtempSync(`${rig.temp}/sources-`);
  copyAll(rig.root, aside);
  return () => {
    for (const name of kept) rmSync(rig.path(name), { recursive: true, force: true });
    copyAll(aside, rig.root);
    rmSync(aside, { recursive: true });
  };
}

function copyAll(from: string, to: string): void {
  const present = kept.filter((name) => orAbsent(() => lstatSync(`${from}/${name}`)) !== undefined);
  execFileSync('cp', ['-R', '-P', '--preserve=mode', ...present.map((name) => `${from}/${name}`), to]);
}

function put(rig: Rig, path: string, content: string): void {
  mkdirSync(dirname(rig.path(path)), { recursive: true });
  writeFileSync(rig.path(path), content);
}

function keepTimes(rig: Rig, path: string, content: string): void {
  const stat = orAbsent(() => lstatSync(rig.path(path)));
  put(rig, path, content);
  if (stat) utimesSync(rig.path(path), stat.atime, stat.mtime);
}

function rewrite(rig: Rig, path: string): void {
  const content = orAbsent(() => readFileSync(rig.path(path), 'utf8'));
  if (content !== undefined) writeFileSync(rig.path(path), content);
}

function renameOver(rig: Rig, path: string, content: string): void {
  put(rig, `${path}.new`, content);
  renameSync(rig.path(`${path}.new`), rig.path(path));
}

function link(rig: Rig, path: string, target: string): void {
  rmSync(rig.path(path), { force: true });
  symlinkSync(target, rig.path(path));
}

function toggle(rig: Rig, path: string): void {
  const stat = orAbsent(() => lstatSync(rig.path(path)));
  if (stat) chmodSync(rig.path(path), (stat.mode & 0o777) ^ 0o100);
}

/** Few texts, all of one length, so that states come back. */
function text(random: Random): string {
  return `text ${random.below(4)}\n`;
}
