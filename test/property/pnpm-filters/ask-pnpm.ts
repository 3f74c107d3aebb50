import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, type FilterAnswer, type FilterCase, type Manifests } from '../../harness/filter-cases.ts';

/** Where pnpm's filters are installed, and how to take them away; `REPRISE_PNPM_ORACLE` names a place that has them already. */
export function installPnpm(): { readonly directory: string; readonly remove: () => void } {
  const installed = process.env['REPRISE_PNPM_ORACLE'];
  if (installed !== undefined) return { directory: installed, remove: () => {} };
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'reprise-pnpm-'));
  cpSync(fileURLToPath(new URL('oracle/', import.meta.url)), directory, { recursive: true });
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: directory, stdio: 'inherit' });
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export interface Question extends FilterCase {
  /** On disk where it is absent; then `root` and `globs` say what to read. */
  readonly manifests?: Manifests;
  readonly root?: string;
  readonly globs?: readonly string[];
}

/** What pnpm answers, in our form. On disk it is not asked what is unmatched: there it counts refs since which nothing changed. */
export function askPnpm(directory: string, questions: readonly Question[]): FilterAnswer[] {
  const asked = questions.map(({ from, patterns, manifests, root: place = root, globs }) => ({
    root: place,
    globs,
    patterns,
    prefix: posix.join(place, from),
    isUnmatchedAsked: manifests !== undefined,
    packages: manifests && Object.entries(manifests).map(([path, manifest]) => ({ rootDir: posix.join(place, path), manifest })),
  }));
  const program = fileURLToPath(new URL('oracle.mjs', import.meta.url));
  const input = JSON.stringify(asked);
  const output = execFileSync(process.execPath, [program, directory], { input, encoding: 'utf8', maxBuffer: 1024 ** 3 });
  const answers = JSON.parse(output) as { packages: string[]; unmatched: string[] }[];
  return answers.map(({ packages, unmatched }, index) => ({
    packages: packages.map((path) => posix.relative(asked[index]?.root ?? root, path)).sort(),
    unmatched: [...new Set(unmatched)].sort(),
  }));
}
