import type { TaskGraph } from '../src/graph/task-graph.ts';
import { palette } from './terminal.ts';

/** Every task with its command, those of the package at hand first. */
export function renderTaskList({ tasks, workspace }: TaskGraph, { hasColors }: { readonly hasColors: boolean }): string {
  const { blue } = palette(hasColors);
  const rows = tasks.map(({ directory, packageName, name, commands }) => {
    const isHere = directory === workspace.current;
    const shownName = isHere ? name : `${packageName ?? directory}#${name}`;
    return { isHere, line: `${blue(shownName)}: ${commands.map(({ text }) => text).join(' && ')}` };
  });
  return [...rows.filter(({ isHere }) => isHere), ...rows.filter(({ isHere }) => !isHere)].map(({ line }) => line).join('\n');
}
