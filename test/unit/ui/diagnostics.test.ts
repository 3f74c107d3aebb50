import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { renderDiagnostics } from '../../../ui/diagnostics.ts';

const source = '{\n  "tasks": {\n\t"build": { "inputs": [] }\n  }\n}\n';

function rendered(...diagnostics: readonly Diagnostic[]): string {
  return renderDiagnostics(diagnostics, {
    readSource: (file) => (file === 'vite-task.json' ? source : undefined),
    hasColors: false,
    width: 60,
  });
}

test('a diagnostic has its code, its place, the line underlined, and a hint', () => {
  expect(
    rendered({
      code: 'invalid-config',
      message: "unknown key 'inputs'",
      at: { file: 'vite-task.json', line: 3, column: 13 },
      hint: "did you mean 'input'?",
    }),
  ).toMatchInlineSnapshot(`
    "error[invalid-config]: unknown key 'inputs'
     --> vite-task.json:3:13
      |
    3 |  "build": { "inputs": [] }
      |             ^^^^^^^^
    hint: did you mean 'input'?"
  `);
});

test("a place in a flag's value is quoted from the value", () => {
  const at = { file: '--filter', line: 1, column: 2, source: 'a{b' };
  expect(rendered({ code: 'invalid-filter', message: "has a '{' without its '}'", at })).toMatchInlineSnapshot(`
    "error[invalid-filter]: has a '{' without its '}'
     --> --filter:1:2
      |
    1 | a{b
      |  ^"
  `);
});

test('several diagnostics are paragraphs, and what is not known is left out', () => {
  expect(
    rendered(
      { code: 'unknown-task', message: "no task 'biuld'", hint: "did you mean 'build'?" },
      { code: 'invalid-config', message: 'not an object', at: { file: 'gone.json', line: 1, column: 1 } },
      { code: 'invalid-package-json', message: 'no name', at: { file: 'package.json' } },
      { code: 'invalid-config', message: 'empty', at: { file: 'vite-task.json', line: 2 } },
    ),
  ).toMatchInlineSnapshot(`
    "error[unknown-task]: no task 'biuld'
    hint: did you mean 'build'?

    error[invalid-config]: not an object
     --> gone.json:1:1

    error[invalid-package-json]: no name
     --> package.json

    error[invalid-config]: empty
     --> vite-task.json:2
      |
    2 |   "tasks": {"
  `);
});

test('of a long line the part around the column is shown', () => {
  const minified = `{${'"x":1,'.repeat(50)}"bad":[],${'"y":2,'.repeat(50)}}`;
  const at = { file: 'package.json', line: 1, column: minified.indexOf('"bad"') + 1 };

  const text = renderDiagnostics([{ code: 'invalid-package-json', message: 'bad', at }], {
    readSource: () => minified,
    hasColors: false,
    width: 40,
  });

  expect(text).toMatchInlineSnapshot(`
    "error[invalid-package-json]: bad
     --> package.json:1:302
      |
    1 | "x":1,"x":1,"bad":[],"y":2,"y":2,"y"
      |             ^^^^^"
  `);
});

test('colours stay out of the text that they colour', () => {
  const view = { readSource: () => source, hasColors: true, width: 60 };

  expect(renderDiagnostics([{ code: 'usage', message: 'no task given', hint: 'name one' }], view)).toBe(
    '\x1b[31merror[usage]\x1b[39m: no task given\n\x1b[32mhint\x1b[39m: name one',
  );
});
