import { expect, test } from 'vitest';
import { stronglyConnected } from '../../../src/base/components.ts';

const components = (graph: Record<string, string[]>) => stronglyConnected(Object.keys(graph), (node) => graph[node] ?? []);

test('without cycles, dependencies come first', () => {
  expect(components({ app: ['ui', 'base'], ui: ['base'], base: [], alone: [] })).toEqual([['base'], ['ui'], ['app'], ['alone']]);
});

test('what depends on each other comes together, after what it depends on', () => {
  expect(components({ a: ['b'], b: ['c'], c: ['a', 'd'], d: [], e: ['a'] })).toEqual([['d'], ['a', 'b', 'c'], ['e']]);
});

test('edges to what is no node are ignored', () => {
  expect(components({ a: ['gone'] })).toEqual([['a']]);
});

test('a chain may be longer than the call stack', () => {
  const nodes = Array.from({ length: 50_000 }, (_, index) => index);
  const order = stronglyConnected(nodes, (node) => (node + 1 < nodes.length ? [node + 1] : []));
  expect(order[0]).toEqual([49_999]);
});
