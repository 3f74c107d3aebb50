import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, type TestContext } from 'vitest';
import { directoryWith } from './files.ts';

/** Of a run that went well, which says nothing. */
export const soundRun = { stdout: '', stderr: '', status: 0 };

/** Runs a C program with a fresh seed, under the sanitizers. The test is skipped where no compiler has those. */
export function runSanitized(source: URL, { skip }: Pick<TestContext, 'skip'>) {
  const program = `${directoryWith({})}/program`;
  const flags = ['-O1', '-g', '-D_GNU_SOURCE', '-fsanitize=address,undefined'];
  const compiled = spawnSync('cc', [...flags, '-o', program, fileURLToPath(source)], { encoding: 'utf8' });
  if (compiled.error || /sanitize|lasan/.test(compiled.stderr)) skip('there is no compiler with the sanitizers');
  expect(compiled.stderr).toBe('');
  const seed = String(process.hrtime.bigint() % 1_000_000n);
  const { stdout, stderr, status } = spawnSync(program, [seed], { encoding: 'utf8' });
  // With the seed a failure can be had again.
  return { stdout, stderr: status === 0 ? stderr : `seed ${seed}\n${stderr}`, status };
}
