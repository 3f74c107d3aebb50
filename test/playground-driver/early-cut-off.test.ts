import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { Fingerprint } from '../../src/cache/entry.ts';
import { parentOf, type WorkspacePath } from '../../src/base/path.ts';
import type { Rig } from '../harness/rig.ts';
import { Lookups } from '../property/lookups.ts';
import { readTree } from '../tree.mjs';
import { copyKitchen, executedTasks } from './kitchen.ts';

const packages = ['recipe', 'scale', 'format', 'badge', 'widget', 'app', 'style', 'unit', 'units', 'icons'];

interface LeafEdit {
  readonly path: string;
  /** Gives the new text; a comment unless given. */
  readonly change?: (text: string) => string;
  /** Packages whose task runs; left to what the stored results name where it is not given. */
  readonly runs?: readonly string[];
}

const comment = (text: string): string => `// A remark.\n${text}`;

const edits: readonly LeafEdit[] = [
  { path: 'packages/format/src/format-amount.ts', runs: ['format'] },
  { path: 'packages/units/templates.mjs', runs: ['style', 'units'] },
  // Its source map changes, which vitest reads and vite does not.
  { path: 'packages/badge/src/escape-xml.ts', runs: ['badge', 'unit'] },
  { path: 'packages/widget/src/servings-picker.js', runs: ['style', 'widget'] },
  { path: 'packages/app/public/robots.txt', change: (text) => `${text}# more\n`, runs: ['app'] },
  { path: 'packages/icons/svg/oven.svg', change: (text) => text.replace('M3 4', 'M3 5'), runs: ['app', 'icons'] },
  { path: 'packages/unit/tests/pancakes.ts', runs: ['unit'] },
  { path: 'packages/scale/src/rounding.ts', change: (text) => text.replace('Math.round(amount / 5) * 5', '5 * Math.round(amount / 5)') },
  { path: 'packages/recipe/src/parse-recipe.ts', change: (text) => text.replace("'not a heading'", "'no heading'") },
  { path: 'packages/units/units.json', change: (text) => text.replace('28.3495', '28.35') },
];

test('one edited leaf runs what reads it or what changed because of it, and nothing else', async () => {
  const rig = await copyKitchen();
  await rig.write({ 'packages/format/tsconfig.json': withoutComments(rig) });
  await rig.run(['run', '-r', '--cache', 'build']);
  const problems: string[] = [];
  for (const { path, change = comment, runs } of edits) {
    const before = readTree(rig.root);
    const fingerprints = await storedFingerprints(rig);
    await rig.write({ [path]: change(readFileSync(rig.path(path), 'utf8')) });
    const run = await rig.run(['run', '-r', '--cache', 'build']);
    const changed = changedPaths(before, readTree(rig.root));
    const readers = packages.filter((name) => fingerprints.get(name)?.some((fingerprint) => reads(fingerprint, changed))).sort();
    const executed = executedTasks(run).map((label) => label.replace(/^@kitchen\/(.+)#build$/, '$1'));
    if (run.exitCode !== 0) problems.push(`${path}: exit code ${run.exitCode}`);
    if (executed.join() !== readers.join()) problems.push(`${path}: executed ${executed.join()}, not ${readers.join()}`);
    if (runs && executed.join() !== runs.join()) problems.push(`${path}: executed ${executed.join()}, expected ${runs.join()}`);
  }
  expect(problems).toEqual([]);
});

/** The compiler leaves comments out, so that one more in a source changes nothing that others read. */
function withoutComments(rig: Rig): object {
  const config = JSON.parse(readFileSync(rig.path('packages/format/tsconfig.json'), 'utf8')) as { compilerOptions: object };
  return { ...config, compilerOptions: { ...config.compilerOptions, removeComments: true } };
}

async function storedFingerprints(rig: Rig): Promise<Map<string, Fingerprint[]>> {
  const found = new Map<string, Fingerprint[]>();
  for (const name of packages) {
    const lookups = await Lookups.open(rig, `@kitchen/${name}#build`);
    onTestFinished(() => lookups.close());
    const answer = await lookups.ask();
    if (answer.kind === 'miss') throw new Error(`${name} misses: ${JSON.stringify(answer)}`);
    found.set(
      name,
      [...answer.entries.values()].map(({ fingerprint }) => fingerprint),
    );
  }
  return found;
}

interface Changes {
  readonly paths: ReadonlySet<string>;
  /** Directories in which a name came or went. */
  readonly directories: ReadonlySet<string>;
}

function changedPaths(was: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Changes {
  const paths = [...new Set([...was.keys(), ...now.keys()])].filter((path) => was.get(path) !== now.get(path));
  const comeOrGone = paths.filter((path) => !was.has(path) || !now.has(path));
  return { paths: new Set(paths), directories: new Set(comeOrGone.map((path) => parentOf(path))) };
}

function reads({ files, absences, links, listings }: Fingerprint, { paths, directories }: Changes): boolean {
  const isChanged = (path: WorkspacePath) => paths.has(path);
  return (
    files.some(({ path }) => isChanged(path)) ||
    absences.some(isChanged) ||
    links.some(({ path }) => isChanged(path)) ||
    listings.some(({ path }) => directories.has(path))
  );
}
