import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const tests = fileURLToPath(new URL('../', import.meta.url));
const rows = readFileSync(new URL('README.md', import.meta.url), 'utf8').matchAll(/\| `(?<file>[\w/.-]+\.test\.ts)`: (?<words>.+) \|$/gm);

test.each([...rows].map(({ groups }) => [groups?.['file'] ?? '', (groups?.['words'] ?? '').replaceAll('`', '')]))(
  '%s has a test of: %s',
  (file, words) => {
    expect(existsSync(tests + file)).toBe(true);
    // Titles may be spread over lines, and quotes escaped.
    expect(readFileSync(tests + file, 'utf8').replaceAll('\\', '')).toContain(words);
  },
);
