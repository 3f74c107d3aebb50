import { displayPath } from '../src/base/path.ts';
import type { Task, TaskId } from '../src/graph/task.ts';
import type { TaskWithEdges } from '../src/plan/task-edges.ts';
import { palette } from './terminal.ts';

/** How a task is named to people. */
export type LabelOf = (task: Task) => string;

/** Every task with its command and what it waits for, a line for each sort of edge. */
export function renderGraph(tasks: readonly TaskWithEdges[], labelOf: LabelOf, { hasColors }: { readonly hasColors: boolean }): string {
  const { blue, grey } = palette(hasColors);
  const labels = new Map(tasks.map(({ task }) => [task.id, labelOf(task)]));
  const listed = (ids: readonly TaskId[]): string => ids.map((id) => labels.get(id) ?? id).join(', ');
  const line = (what: string, ids: readonly TaskId[]): string[] => (ids.length === 0 ? [] : [`  ${grey(what)} ${listed(ids)}`]);
  return tasks
    .flatMap(({ task, packageOrder }) => [
      `${blue(labelOf(task))}: ${commandOf(task)}`,
      ...line('dependsOn:', task.dependsOn),
      ...line('after, with -r:', packageOrder),
    ])
    .join('\n');
}

/** The same in the language of graphviz: an arrow leads to what a task waits for, a dashed one only with `-r`. */
export function renderDot(tasks: readonly TaskWithEdges[], labelOf: LabelOf): string {
  const nodes = tasks.map(({ task }) => `  ${quoted(task.id)} [label=${quoted(labelOf(task))}, tooltip=${quoted(commandOf(task))}];`);
  const edges = tasks.flatMap(({ task, packageOrder }) => [
    ...task.dependsOn.map((id) => `  ${quoted(task.id)} -> ${quoted(id)};`),
    ...packageOrder.map((id) => `  ${quoted(task.id)} -> ${quoted(id)} [style=dashed];`),
  ]);
  return ['digraph reprise {', '  rankdir=LR;', '  node [shape=box];', ...nodes, ...edges, '}'].join('\n');
}

export function commandOf({ commands }: Task): string {
  return commands.map(({ text }) => text).join(' && ');
}

/** A backslash begins an escape in what graphviz shows, so none is left alone; nothing ends the string or the line. */
function quoted(text: string): string {
  return `"${displayPath(text).replace(/[\\"]/g, '\\$&')}"`;
}
