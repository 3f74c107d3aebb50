import { describe, expect, test } from 'vitest';
import { cycles } from './architecture/cycles.ts';
import { directionViolations } from './architecture/directions.ts';
import { badlyNamed, defaultExports, escapesOutsideTerminal, processOutsideEdges, tooLong } from './architecture/file-rules.ts';
import { readSourceFiles, scan } from './architecture/source-file.ts';

describe('the product', () => {
  const files = readSourceFiles();

  test('has sources to look at', () => expect(files.length).toBeGreaterThan(0));
  test('imports only against the flow of the data', () => expect(directionViolations(files)).toEqual([]));
  test('has no cycles of imports, types included', () => expect(cycles(files)).toEqual([]));
  test('has no file over 250 lines', () => expect(tooLong(files)).toEqual([]));
  test('has no file named for nothing', () => expect(badlyNamed(files)).toEqual([]));
  test('has escape strings only in ui/terminal.ts', () => expect(escapesOutsideTerminal(files)).toEqual([]));
  test('has no default export', () => expect(defaultExports(files)).toEqual([]));
  test('reads environment, directory and signals only at its edges', () => expect(processOutsideEdges(files)).toEqual([]));
});

describe('a scan', () => {
  test('tells imports of values from imports of types', () => {
    const text = `
      import { a } from './a.ts';
      import { type B } from '../base/b.ts';
      import type { C } from './c.ts';
      export { d } from './d.ts';
      export type * from './e.ts';
      type F = import('./f.ts').F;
      const g = await import('./g.ts');
      // import './comment.ts';
      const text = "import './string.ts'";
    `;
    expect(scan('src/plan/plan.ts', text).imports).toEqual([
      { target: 'src/plan/a.ts', isType: false },
      { target: 'src/base/b.ts', isType: false },
      { target: 'src/plan/c.ts', isType: true },
      { target: 'src/plan/d.ts', isType: false },
      { target: 'src/plan/e.ts', isType: true },
      { target: 'src/plan/f.ts', isType: true },
      { target: 'src/plan/g.ts', isType: false },
    ]);
  });

  test('reads TSX', () => {
    expect(scan('ui/live.tsx', `import { Box } from 'ink'; const box = <Box />;`).imports).toEqual([{ target: 'ink', isType: false }]);
  });

  test('does not pass over a file that it cannot parse', () => {
    expect(() => scan('src/broken.ts', 'const = 1;')).toThrow('src/broken.ts');
  });
});

describe('the directions', () => {
  test.each([
    ['src/base/digest.ts', `import { plan } from '../plan/plan.ts';`],
    ['src/base/digest.ts', `import type { Plan } from '../plan/plan.ts';`],
    ['src/graph/task-graph.ts', `import { readFile } from '../base/files.ts';`],
    ['src/plan/plan.ts', `import { spawn } from 'node:child_process';`],
    ['src/schedule/scheduler.ts', `import type { Entry } from '../cache/entry.ts';`],
    ['src/execute/execute.ts', `import { lookUp } from '../cache/lookup.ts';`],
    ['src/cache/record.ts', `import { execute } from '../execute/execute.ts';`],
    ['src/cache/hashing.ts', `import { Piscina } from 'piscina';`],
    ['src/report/profile.ts', `import { describeMiss } from '../cache/miss-reason.ts';`],
    ['src/report/profile.ts', `import { page } from '../../ui/page.ts';`],
    ['src/cache/store.ts', `import { run } from '../run.ts';`],
    ['src/commands/why.ts', `import { run } from './run.ts';`],
    ['ui/why.ts', `import { lookUp } from '../src/cache/lookup.ts';`],
    ['ui/live.tsx', `export { run } from '../src/run.ts';`],
    ['workers/hash.worker.ts', `const { lookUp } = await import('../src/cache/lookup.ts');`],
  ])('forbid in %s: %s', (path, text) => {
    expect(directionViolations([scan(path, text)])).toHaveLength(1);
  });

  test.each([
    ['src/plan/plan.ts', `import { taskGraph } from '../graph/task-graph.ts';`],
    ['src/cache/record.ts', `import type { Execution } from '../execute/execution.ts';`],
    ['src/report/event.ts', `import type { MissReason } from '../cache/miss-reason.ts';`],
    ['ui/why.ts', `import { describeMiss } from '../src/cache/miss-reason.ts';`],
    ['workers/pool.ts', `import type { HashPool } from '../src/cache/ports.ts'; import { Piscina } from 'piscina';`],
    ['src/commands/why.ts', `import { why } from '../../ui/why.ts'; import { lookUp } from '../cache/lookup.ts';`],
    ['src/run.ts', `import { pool } from '../workers/pool.ts'; import { runTask } from './task-run.ts';`],
  ])('allow in %s: %s', (path, text) => {
    expect(directionViolations([scan(path, text)])).toEqual([]);
  });

  test('print the edge that offends', () => {
    const file = scan('src/plan/plan.ts', `import type { Event } from '../report/event.ts';`);
    expect(directionViolations([file])).toEqual(['src/plan/plan.ts imports types of src/report/event.ts']);
  });
});

describe('the other rules', () => {
  test('print the way around a cycle', () => {
    const files = [
      scan('src/a.ts', `import './b.ts';`),
      scan('src/b.ts', `import type { C } from './c.ts';`),
      scan('src/c.ts', `import { b } from './b.ts';`),
    ];
    expect(cycles(files)).toEqual(['src/b.ts → src/c.ts → src/b.ts']);
  });

  test('count lines', () => {
    expect(tooLong([scan('src/run.ts', '\n'.repeat(250))])).toEqual([]);
    expect(tooLong([scan('src/run.ts', '\n'.repeat(251))])).toEqual(['src/run.ts has 251 lines']);
  });

  test('know a name that says nothing', () => {
    expect(badlyNamed([scan('src/base/utils.ts', ''), scan('ui/types.d.ts', ''), scan('src/cache/tool-types.ts', '')])).toHaveLength(2);
  });

  test.each([
    String.raw`const red = '\x1b[31m';`,
    String.raw`const red = '\u001b[31m';`,
    'const red = `\u001b[31m`;',
    String.raw`const color = /\x1b\[/;`,
  ])('find the escape in %j', (text) => {
    expect(escapesOutsideTerminal([scan('ui/stream.ts', text)])).toEqual(['ui/stream.ts']);
    expect(escapesOutsideTerminal([scan('ui/terminal.ts', text)])).toEqual([]);
  });

  test.each([
    'process.env.HOME;',
    'process.cwd();',
    `process.on('SIGINT', stop);`,
    'const { env } = process;',
    `import { env } from 'node:process';`,
  ])('find what is read of the process in %j', (text) => {
    expect(processOutsideEdges([scan('src/plan/env.ts', text)])).toHaveLength(1);
    expect(processOutsideEdges([scan('src/commands/why.ts', text)])).toEqual([]);
  });

  test('leave harmless members of the process alone', () => {
    expect(processOutsideEdges([scan('src/plan/env.ts', 'process.platform; // process.env')])).toEqual([]);
  });

  test('find a default export', () => {
    expect(defaultExports([scan('src/run.ts', 'export default 1;'), scan('src/cli.ts', 'export const one = 1;')])).toEqual(['src/run.ts']);
  });
});
