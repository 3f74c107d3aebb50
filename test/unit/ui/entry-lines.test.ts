import { expect, test } from 'vitest';
import { entryLines } from '../../../ui/entry-lines.ts';
import { digest, input, noInputs, outputFile, path, sampleEntry } from '../cache/sample.ts';

test('an entry is told by what it rested on and what it left', () => {
  const entry = sampleEntry('1', {
    fingerprint: {
      ...noInputs,
      files: [input('src/b.ts'), input('src/a.ts')],
      absences: [path('.env')],
      links: [{ path: path('src/l'), target: 'a.ts' }],
      directories: [path('')],
      listings: [{ path: path('src'), names: [], own: false }],
      declared: [input('conf/x.json')],
      programs: [{ name: 'node', digest: digest('node') }],
      ambient: { CI: null, TZ: digest('UTC') },
      asked: {
        names: [
          { name: 'CI', digest: null },
          { name: 'A\n', digest: digest('1') },
        ],
        sets: [
          { pattern: { glob: 'V?_*' }, values: [{ name: 'VA_1', digest: digest('1') }] },
          { pattern: { prefix: 'W_' }, values: [] },
        ],
      },
      ignoredInputs: [path('dist'), path('.mytool')],
    },
    outputs: [
      { kind: 'directory', path: path('dist'), mode: 0o755, blind: false },
      outputFile('dist/a\n.js', 'a'),
      { kind: 'link', path: path('dist/l'), target: 'a.js', blind: false },
    ],
    removals: [path('dist/old')],
    ignoredOutputs: [path('.mytool'), path('.log')],
  });
  expect(entryLines(entry, ['API_*'])).toEqual([
    'Inputs:',
    '  . (folder)',
    '  .env (missing)',
    '  conf/x.json',
    '  src (listing)',
    '  src/a.ts',
    '  src/b.ts',
    '  src/l → a.ts',
    '  node (program)',
    "  env 'API_*'",
    "  env 'CI'",
    "  env 'TZ'",
    "  env 'A\\x0a'",
    "  env 'V?_*'",
    "  env 'VA_1'",
    "  env 'W_*'",
    'Outputs:',
    '  dist (folder)',
    '  dist/a\\x0a.js',
    '  dist/l → a.js',
    '  dist/old (removed)',
    'Ignored:',
    '  .log (output)',
    '  .mytool (input, output)',
    '  dist (input)',
  ]);
});

test('of an entry that rests on nothing and left nothing, nothing is told', () => {
  expect(entryLines(sampleEntry('1'), [])).toEqual([]);
});
