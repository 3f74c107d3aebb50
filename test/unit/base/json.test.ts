import { expect, test } from 'vitest';
import { parseJson, type JsonSource } from '../../../src/base/json.ts';

const source = (text: string, dialect: JsonSource['dialect'] = 'relaxed'): JsonSource => ({
  text,
  file: 'x.json',
  dialect,
  code: 'invalid-config',
});

test('a relaxed text may have comments and trailing commas', () => {
  const document = parseJson(source('// first\n{ "a": [1, 2,], /* b */ "b": null, }'));
  expect(document).toMatchObject({ value: { a: [1, 2], b: null } });
});

test('a strict text may not', () => {
  expect(parseJson(source('{"a": 1,}', 'strict'))).toMatchObject({ at: { line: 1, column: 9 } });
  expect(parseJson(source('{} // x', 'strict'))).toMatchObject({ at: { line: 1, column: 4 } });
});

test('what it reads equals what JSON.parse reads', () => {
  const text = '{"a":[1,-2.5e3,true,false,null,"\\u00e9\\n\\"",{}],"__proto__":{"x":[]},"":{"b":"c"}}';
  expect(parseJson(source(`\uFEFF${text}`, 'strict'))).toMatchObject({ value: JSON.parse(text) as unknown });
});

test.for([
  ['{"a" 1}', 1, 6, "expected ':', found '1'"],
  ['{"a": 1\n "b": 2}', 2, 2, "expected ',' or '}', found '\"'"],
  ['{a: 1}', 1, 2, "expected a key in double quotes, found 'a'"],
  ['[1, ', 1, 5, 'expected a value, found the end of the file'],
  ['{"a": "\\x"}', 1, 7, 'a string with a bad escape or a control character'],
  ['[] []', 1, 4, "expected the end, found '['"],
] as const)('a mistake has its place: %s', ([text, line, column, problem]) => {
  const message = `x.json is not valid JSON: ${problem}`;
  expect(parseJson(source(text))).toEqual({ code: 'invalid-config', message, at: { file: 'x.json', line, column } });
});

test('values and keys have places, and a missing value that of its nearest parent', () => {
  const document = parseJson(source('{\n  "tasks": {\n    "b": ["x", "y"]\n  }\n}'));
  if ('code' in document) throw new Error(document.message);
  expect(document.placeOf(['tasks', 'b', 1])).toEqual({ file: 'x.json', line: 3, column: 16 });
  expect(document.placeOf(['tasks', 'b'], 'key')).toEqual({ file: 'x.json', line: 3, column: 5 });
  expect(document.placeOf(['tasks', 'c', 'd'], 'key')).toEqual({ file: 'x.json', line: 2, column: 3 });
});
