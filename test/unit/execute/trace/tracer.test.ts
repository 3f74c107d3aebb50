import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../../src/base/path.ts';
import { executable } from '../../../../src/execute/trace/tracer.ts';

/** A program without the mode of one. */
function installed(mode: number) {
  const directory = mkdtempSync(joinPath(realpathSync(tmpdir()) as AbsolutePath, 'reprise-helper-')) as AbsolutePath;
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = joinPath(directory, 'trace-helper-linux-x64');
  writeFileSync(path, '#!/bin/sh\necho started\n', { mode });
  return { path, scratch: joinPath(directory, 'cache/run.tmp') };
}

test('a helper that may be executed is used where it is', () => {
  const { path, scratch } = installed(0o755);
  expect(executable(path, scratch)).toEqual({ kind: 'available', path });
  expect(statSync(scratch, { throwIfNoEntry: false })).toBe(undefined);
});

test('a helper that lost its mode is copied to where only this user gets at it, and is left as it is', () => {
  const { path, scratch } = installed(0o444);
  const helper = executable(path, scratch);
  expect(helper).toEqual({ kind: 'available', path: joinPath(scratch, 'trace-helper') });
  expect(execFileSync(joinPath(scratch, 'trace-helper'), { encoding: 'utf8' })).toBe('started\n');
  expect(statSync(scratch).mode & 0o777).toBe(0o700);
  expect(statSync(path).mode & 0o777).toBe(0o444);
});

test('a helper that may neither be executed nor copied is unavailable, and the reason is told', () => {
  const { path, scratch } = installed(0o644);
  writeFileSync(dirname(scratch), '');
  expect(executable(path, scratch)).toMatchObject({ kind: 'unavailable', why: expect.stringContaining('ENOTDIR') as unknown });
});

test('without a place for a copy, a helper that may not be executed is unavailable', () => {
  const { path } = installed(0o644);
  expect(executable(path, undefined)).toEqual({ kind: 'unavailable', why: `${path} may not be executed` });
});
