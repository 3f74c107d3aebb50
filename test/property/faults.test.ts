import { expect, test } from 'vitest';
import { buildCached, cachedWorkspace, failCached, troubleOf, wrongWarnings } from '../harness/faulty-workspace.ts';
import type { Rig, RunOptions } from '../harness/rig.ts';
import { damage, directoryDamages, fileDamages, keepCache, partsOf, type Damage } from '../harness/store-damage.ts';

const options: RunOptions = { isUnprivileged: true };

test('no damage to any part of the cache costs more than a warning, and it heals', async () => {
  const rig = await cachedWorkspace(options);
  const restore = keepCache(rig);
  const { files, directories } = partsOf(rig);
  const cases = [
    ...files.flatMap((path) => fileDamages.map((how) => ({ path, how }))),
    ...directories.flatMap((path) => directoryDamages.filter((how) => path !== '' || how !== 'a file').map((how) => ({ path, how }))),
  ];
  const problems: string[] = [];
  for (const one of cases) problems.push(...(await damaged(rig, one, restore)).map((problem) => `${one.path} ${one.how}: ${problem}`));
  process.stdout.write(`faults: ${cases.length} damages, ${problems.length} problems\n`);
  expect(problems).toEqual([]);
});

/** A directory in the place of a blob, a table or the stat index, or the reverse, is nobody's doing but a user's; it stays until that user mends it. */
function heals(path: string, how: Damage): boolean {
  return !(how === 'a directory' && /blobs|stat-index|ldb/.test(path)) && !(how === 'a file' && path.includes('blobs/'));
}

/** Whether the damage is to the right to use a part, which nothing but its owner can mend. */
const isForbidding = (how: Damage): boolean => how === 'unreadable' || how === 'read-only';

async function damaged(rig: Rig, { path, how }: { readonly path: string; readonly how: Damage }, restore: () => void): Promise<string[]> {
  restore();
  rig.handOver();
  if (rig.tree('dist')['out.txt'] !== undefined) await rig.remove('dist');
  damage(rig, path, how);
  rig.handOver();
  const run = await rig.run(buildCached, options);
  const failed = await rig.run(failCached, options);
  const problems = [...troubleOf(rig, run), ...wrongWarnings(failed.stderr)];
  if (failed.exitCode !== 3) problems.push(`a failure ends with ${failed.exitCode}`);
  if (isForbidding(how)) restore();
  rig.handOver();
  const second = await rig.run(buildCached, options);
  problems.push(...troubleOf(rig, second).map((problem) => `second run: ${problem}`));
  await rig.remove('dist');
  const third = await rig.run(buildCached, options);
  problems.push(...troubleOf(rig, third).map((problem) => `third run: ${problem}`));
  if (heals(path, how) && (third.record?.totals.hits !== 1 || third.stderr !== ''))
    problems.push(`does not heal: ${third.stdout.slice(0, 200)}${third.stderr}`);
  return problems;
}
