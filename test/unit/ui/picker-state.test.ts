import { expect, test } from 'vitest';
import { TaskSearch, visibleRows, type PickerState } from '../../../ui/picker-state.ts';

const search = new TaskSearch([row('lib#build'), row('lib#lint'), row('build', true), row('bundle', true), row('app-12#build')]);

function row(label: string, isHere = false) {
  return { id: label, label, command: `run ${label}`, isHere };
}

function labels({ matches }: PickerState): string[] {
  return matches.map(({ label }) => label);
}

test('without a query all tasks are there, those of the package at hand first', () => {
  expect(labels(search.open())).toEqual(['build', 'bundle', 'lib#build', 'lib#lint', 'app-12#build']);
});

test('letters in their order are enough', () => {
  expect(labels(search.open('a12b'))).toEqual(['app-12#build']);
  expect(labels(search.open('lili'))).toEqual(['lib#lint']);
});

test('of equals that of the package at hand is the first', () => {
  expect(labels(search.open('build'))[0]).toBe('build');
});

test('a name that is mistyped finds what it may have meant', () => {
  expect(labels(search.open('biuld'))).toEqual(['build', 'lib#build', 'app-12#build']);
});

test('typing, erasing and clearing change the query', () => {
  const typed = search.press(search.press(search.open(), { typed: 'l' }), { typed: 'int' });
  expect(typed).toMatchObject({ query: 'lint', cursor: 0 });
  expect(search.press(typed, 'erase').query).toBe('lin');
  expect(search.press(typed, 'clear')).toEqual(search.open());
});

test('the cursor stays on what is there', () => {
  const last = Array.from({ length: 9 }).reduce<PickerState>((state) => search.press(state, 'down'), search.open());
  expect(last.cursor).toBe(4);
  expect(search.press(search.open('nothing like it'), 'down').cursor).toBe(0);
  expect(search.press(search.open(), 'up').cursor).toBe(0);
});

test('the rows that are shown hold the cursor', () => {
  const state = { ...search.open(), cursor: 4 };
  expect(visibleRows(state, 3)).toMatchObject({ first: 2 });
  expect(visibleRows({ ...state, cursor: 0 }, 3).rows.map(({ label }) => label)).toEqual(['build', 'bundle', 'lib#build']);
  expect(visibleRows(state, 30)).toMatchObject({ first: 0 });
});
