import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { directoryWith } from '../harness/files.ts';

const source = fileURLToPath(new URL('./shim-variables.c', import.meta.url));

test('of random reads the shim tells those of single variables, and no copy of all', () => {
  const program = `${directoryWith({})}/program`;
  const compiled = spawnSync('cc', ['-O1', '-g', '-D_GNU_SOURCE', '-fsanitize=address,undefined', '-o', program, source], {
    encoding: 'utf8',
  });
  // Without a compiler that has the sanitizers there is nothing to run.
  if (compiled.error || /sanitize|lasan/.test(compiled.stderr)) return;
  expect(compiled.stderr).toBe('');
  const seed = String(process.hrtime.bigint() % 1_000_000n);
  const { stdout, stderr, status } = spawnSync(program, [seed], { encoding: 'utf8' });
  expect({ seed, stdout, stderr, status }).toEqual({ seed, stdout: '', stderr: '', status: 0 });
});
