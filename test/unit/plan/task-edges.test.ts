import { expect, test } from 'vitest';
import type { TaskGraph } from '../../../src/graph/task-graph.ts';
import type { Task } from '../../../src/graph/task.ts';
import { withEdges } from '../../../src/plan/task-edges.ts';

const task = (id: string, dependsOn: readonly string[] = []) => {
  const [directory, name] = id.split('#');
  return { id, directory, name, dependsOn } as unknown as Task;
};

test('tasks of one name follow their packages, through packages without it, and what dependsOn names is not said again', () => {
  const packages = [
    { directory: 'app', dependencies: ['between', 'other'] },
    { directory: 'between', dependencies: ['lib'] },
    { directory: 'lib', dependencies: [] },
    { directory: 'other', dependencies: [] },
  ];
  const tasks = [
    task('app#build', ['other#build', 'app#gen']),
    task('app#gen'),
    task('lib#build'),
    task('other#build'),
    task('between#lint'),
  ];
  const edges = withEdges({ workspace: { packages }, tasks } as unknown as TaskGraph);
  expect(edges.map(({ packageOrder }) => packageOrder)).toEqual([['lib#build'], [], [], [], []]);
  expect(edges.map((one) => one.task)).toEqual(tasks);
});
