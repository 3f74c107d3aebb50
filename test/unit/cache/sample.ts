import { mkdirSync, writeFileSync } from 'node:fs';
import { blobPath } from '../../../src/base/blob-path.ts';
import type { Digest } from '../../../src/base/digest.ts';
import type { Stamp } from '../../../src/base/files.ts';
import { parentOf, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import type { Entry, Fingerprint, OutputFile } from '../../../src/cache/entry.ts';
import type { FileState } from '../../../src/cache/file-state.ts';
import { blobsOf } from '../../../src/cache/store-records.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import type { PlannedStep, StepOwner } from '../../../src/plan/planned.ts';

export function path(value: string): WorkspacePath {
  return value as WorkspacePath;
}

/** Different text, different digest. */
export function digest(text: string): Digest {
  return Buffer.from(text).toString('hex').padEnd(32, '0').slice(0, 32) as Digest;
}

const usualStamp: Stamp = { dev: 1, ino: 1, size: 1, mtimeMs: 1000, ctimeMs: 1000, mode: 0o100644 };

/** Of a file whose content `content` stands for. */
export function stamp(content = 'a', over: Partial<Stamp> = {}): Stamp {
  const number = Buffer.from(content).reduce((sum, byte) => sum * 31 + byte, 7);
  return { ...usualStamp, ino: number, mtimeMs: number, ctimeMs: number, ...over };
}

export function directoryStamp(over: Partial<Stamp> = {}): Stamp {
  return stamp('directory', { mode: 0o040755, ...over });
}

export function linkStamp(target: string): Stamp {
  return stamp(target, { mode: 0o120777 });
}

export function file(content = 'a', over: Partial<FileState & { kind: 'file' }> = {}): FileState & { kind: 'file' } {
  const mode = over.mode ?? 0o100644;
  const executable = (mode & 0o100) !== 0;
  return { kind: 'file', digest: digest(content), executable, mode, size: 1, stamp: stamp(content, { mode }), ...over };
}

export function directory(over: Partial<Stamp> = {}): FileState {
  const found = directoryStamp(over);
  return { kind: 'directory', mode: found.mode, stamp: found };
}

export function link(target: string): FileState {
  return { kind: 'link', target, stamp: linkStamp(target) };
}

export function sampleStep(index = 0, task = 'pkg#build'): PlannedStep {
  const [pkg = '', name = ''] = task.split('#');
  const cwd = path(`packages/${pkg}`);
  const id = makeTaskId(cwd, name);
  return {
    task: id,
    label: task,
    index,
    owner: `${id} ${index} []` as StepOwner,
    command: { kind: 'program', words: [] },
    shown: 'node build.js',
    cwd,
    envPrefix: [],
    caching: {
      kind: 'cached',
      enabled: undefined,
      env: [],
      untrackedEnv: [],
      input: { auto: true, include: [], exclude: [] },
      output: { auto: true, include: [], exclude: [] },
      network: 'allow',
      trace: 'full',
    },
  };
}

export const noInputs: Fingerprint = {
  files: [],
  absences: [],
  links: [],
  directories: [],
  listings: [],
  declared: undefined,
  programs: [],
  ambient: {},
  asked: { names: [], sets: [] },
  read: [],
  ignoredInputs: [],
};

export function input(at: string, content = 'a'): Fingerprint['files'][number] {
  return { path: path(at), digest: digest(content), executable: false };
}

export function sampleEntry(id: string, over: Partial<Entry> = {}): Entry {
  return {
    id,
    storedAt: 1,
    milliseconds: 10,
    fingerprint: noInputs,
    outputs: [],
    removals: [],
    ignoredOutputs: [],
    log: { segments: [], bytes: { kind: 'inline', buffer: new Uint8Array() } },
    notes: [],
    ...over,
  };
}

export function outputFile(at: string, content: string, over: Partial<OutputFile & { kind: 'file' }> = {}): OutputFile & { kind: 'file' } {
  const place = { blob: digest(content), offset: 0, length: content.length };
  return { kind: 'file', path: path(at), mode: 0o644, digest: digest(content), place, blind: false, ...over };
}

/** Files where the blobs of an entry belong, with nothing in them that could be unpacked. */
export function putBlobs(blobs: AbsolutePath, entry: Entry, size = 1): void {
  for (const blob of blobsOf(entry)) {
    mkdirSync(parentOf(blobPath(blobs, blob)), { recursive: true });
    writeFileSync(blobPath(blobs, blob), Buffer.alloc(size, blob));
  }
}
