import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import { joinPath, type AbsolutePath } from '../../src/base/path.ts';

/** A directory with these files, for the test that calls this; removed after it. See `writeInto`. */
export function directoryWith(files: Readonly<Record<string, string | object>>): AbsolutePath {
  const root = realpathSync(mkdtempSync(`${tmpdir()}/reprise-files-`)) as AbsolutePath;
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeInto(root, files);
  return root;
}

/** These files, beside what is in the directory. Objects become JSON, `#!` makes a program. */
export function writeInto(root: AbsolutePath, files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);
    mkdirSync(dirname(joinPath(root, path)), { recursive: true });
    writeFileSync(joinPath(root, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
}
