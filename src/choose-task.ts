import type { AbsolutePath } from './base/path.ts';
import { displayPath } from './base/path.ts';
import { cachedTasks } from './cached-tasks.ts';
import type { TaskGraph } from './graph/task-graph.ts';
import { ranTasks } from './ran-tasks.ts';
import { pickTask, type PickerOptions } from '../ui/picker.tsx';

export interface Choice extends Pick<PickerOptions, 'query' | 'terminal' | 'stdin' | 'stdout' | 'hasColors'> {
  readonly cwd: AbsolutePath;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Lets the user choose a task of the workspace: the words that name it, or `undefined` when they leave without. */
export async function chooseTask({ tasks, workspace }: TaskGraph, { cwd, env, ...options }: Choice): Promise<string | undefined> {
  const rows = tasks.map(({ id, directory, packageName, name, commands }) => {
    const isHere = directory === workspace.current;
    const command = commands.map(({ text }) => text).join(' && ');
    return { id, label: isHere ? name : `${packageName ?? directory}#${name}`, command: displayPath(command), isHere };
  });
  // What the store has to say is worth no wait and no word if it cannot be read.
  const marks = Promise.all([cachedTasks(cwd, env), ranTasks(workspace.root)]).then(
    ([cached, ran]) => ({ cached, ran }),
    () => undefined,
  );
  const picked = await pickTask({ ...options, rows, marks });
  return picked?.label;
}
