import { closeSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AbsolutePath } from '../../../src/base/path.ts';
import { disposeLog, OutputLog } from '../../../src/execute/output-log.ts';
import type { CapturedLog } from '../../../src/execute/execution.ts';

test('a log without output is empty', () => {
  const log = new OutputLog(temporaryDirectory()).capture();
  expect(log.segments).toEqual([]);
  expect(bytesOf(log)).toEqual(Buffer.alloc(0));
});

test('bytes stay in the order of arrival, neighbours of one stream in one segment', () => {
  const log = new OutputLog(temporaryDirectory());
  log.append('stdout', Buffer.from('a'));
  log.append('stdout', Buffer.from('bc'));
  log.append('stderr', Buffer.from('D'));
  log.append('stdout', Buffer.from('e'));
  const captured = log.capture();
  expect(bytesOf(captured).toString()).toBe('abcDe');
  expect(captured.segments).toEqual([
    { stream: 'stdout', length: 3 },
    { stream: 'stderr', length: 1 },
    { stream: 'stdout', length: 1 },
  ]);
});

test('bytes that are not text stay what they were', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const log = new OutputLog(temporaryDirectory());
  log.append('stdout', bytes);
  expect(bytesOf(log.capture())).toEqual(bytes);
});

test('a log of 1 MB stays in memory', () => {
  const directory = temporaryDirectory();
  const log = new OutputLog(directory);
  log.append('stdout', Buffer.alloc(1_000_000, 'x'));
  expect(log.capture().bytes.kind).toBe('memory');
  expect(readdirSync(directory)).toEqual([]);
});

test('a larger log goes to a file, in full and in order', () => {
  const log = new OutputLog(temporaryDirectory());
  log.append('stdout', Buffer.alloc(900_000, 'x'));
  log.append('stderr', Buffer.alloc(900_000, 'y'));
  log.append('stdout', Buffer.from('end'));
  const captured = log.capture();
  expect(captured.bytes.kind).toBe('file');
  expect(bytesOf(captured).equals(Buffer.concat([Buffer.alloc(900_000, 'x'), Buffer.alloc(900_000, 'y'), Buffer.from('end')]))).toBe(true);
  expect(captured.segments.map(({ length }) => length)).toEqual([900_000, 900_000, 3]);
});

test('the directory of the file is made when it is needed', () => {
  const directory = join(temporaryDirectory(), 'made/later') as AbsolutePath;
  const log = new OutputLog(directory);
  expect(existsSync(directory)).toBe(false);
  log.append('stdout', Buffer.alloc(1_000_001));
  expect(bytesOf(log.capture())).toHaveLength(1_000_001);
});

test('disposal removes the file', () => {
  const directory = temporaryDirectory();
  const log = new OutputLog(directory);
  log.append('stdout', Buffer.alloc(1_000_001));
  disposeLog(log.capture());
  expect(readdirSync(directory)).toEqual([]);
});

test('where no file can be made the log stays in memory', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const log = new OutputLog(join(file, 'below') as AbsolutePath);
  log.append('stdout', Buffer.alloc(1_000_001, 'x'));
  log.append('stdout', Buffer.alloc(1_000_001, 'y'));
  const captured = log.capture();
  expect(captured.bytes.kind).toBe('memory');
  expect(bytesOf(captured)).toHaveLength(2_000_002);
});

test('where the file can be neither written nor read again the log is lost, and its task is none the wiser', () => {
  const directory = temporaryDirectory();
  const log = new OutputLog(directory);
  log.append('stdout', Buffer.alloc(1_000_001, 'x'));
  breakSpill(directory);
  log.append('stdout', Buffer.from('y'));
  log.append('stdout', Buffer.from('z'));
  const { bytes } = log.capture();
  expect(bytes.kind === 'file' && existsSync(bytes.path)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
});

test('a file that cannot be closed in peace is not taken for the log', () => {
  const directory = temporaryDirectory();
  const log = new OutputLog(directory);
  log.append('stdout', Buffer.alloc(1_000_001, 'x'));
  breakSpill(directory);
  expect(log.capture().bytes.kind).toBe('file');
  expect(readdirSync(directory)).toEqual([]);
});

/** From now on every call on the open file fails. */
function breakSpill(directory: AbsolutePath): void {
  for (const name of readdirSync('/proc/self/fd')) {
    if (existsSync(`/proc/self/fd/${name}`) && readlinkSync(`/proc/self/fd/${name}`).startsWith(directory)) closeSync(Number(name));
  }
}

function bytesOf({ bytes }: CapturedLog): Buffer {
  return bytes.kind === 'memory' ? bytes.buffer : readFileSync(bytes.path);
}

function temporaryDirectory(): AbsolutePath {
  const directory = mkdtempSync(join(tmpdir(), 'reprise-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory as AbsolutePath;
}
