import { isInside } from '../../src/base/path.ts';
import { createRig, type FileContent, type Rig } from './rig.ts';
import { runIn, type StepAnswer } from './tasks.ts';

/**
 * Many commands that shall all be answered alike, each with its own copy of the same files in a directory of its own, and
 * one run for all of them. Answers are by the name of the case; paths in them are relative to its directory.
 */
export interface Cases<Name extends string> {
  readonly rig: Rig;
  readonly write: (files: Readonly<Record<string, FileContent>>) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
  readonly run: () => Promise<Record<Name, StepAnswer>>;
  readonly tree: (name: Name, directory?: string) => Record<string, string>;
  /** Every case with the same value. */
  readonly all: <Value>(value: Value) => Record<Name, Value>;
}

export async function createCases<Name extends string>(
  commands: Readonly<Record<Name, string | object>>,
  files: Readonly<Record<string, FileContent>> = {},
): Promise<Cases<Name>> {
  const rig = await createRig();
  const names = Object.keys(commands) as Name[];
  const place = (name: Name) => `case-${names.indexOf(name)}`;
  const write = async (more: Readonly<Record<string, FileContent>>) => {
    for (const name of names) {
      await rig.write(Object.fromEntries(Object.entries(more).map(([path, content]) => [`${place(name)}/${path}`, content])));
    }
  };
  const cases: Cases<Name> = {
    rig,
    write,
    remove: async (path) => rig.remove(...names.map((name) => `${place(name)}/${path}`)),
    run: async () => {
      const { tasks } = await runIn(rig)('all');
      return byName(names, (name) => relativeTo(place(name), tasks[`app#${name}`]));
    },
    tree: (name, directory = '') => rig.tree(`${place(name)}/${directory}`.replace(/\/$/, '')),
    all: (value) => byName(names, () => value),
  };
  await rig.write({ 'package.json': { name: 'app' } });
  await configure(cases, commands);
  await write({ '.keep': '', ...files });
  return cases;
}

/** Gives the cases other commands. */
export async function configure<Name extends string>(
  { rig }: Cases<Name>,
  commands: Readonly<Record<Name, string | object>>,
): Promise<void> {
  const tasks = Object.entries<string | object>(commands).map(([name, command], index) => {
    const { cwd = '', ...task } = typeof command === 'string' ? { command } : (command as { command: string; cwd?: string });
    return [name, { ...task, cwd: `case-${index}/${cwd}` }];
  });
  const all = { command: 'true', dependsOn: tasks.map(([name]) => name) };
  await rig.write({ 'reprise.config.json': { tasks: { ...Object.fromEntries(tasks), all } } });
}

function byName<Name extends string, Value>(names: readonly Name[], valueOf: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Value>;
}

function relativeTo(directory: string, answer: StepAnswer | undefined): StepAnswer {
  if (answer === undefined) throw new Error(`nothing ran in ${directory}`);
  return {
    ...answer,
    miss: answer.miss && withPath(answer.miss, directory),
    notStored: answer.notStored && withPath(answer.notStored, directory),
  };
}

function withPath<Reason extends object>(reason: Reason, directory: string): Reason {
  if (!('path' in reason) || typeof reason.path !== 'string' || !isInside(directory, reason.path)) return reason;
  return { ...reason, path: reason.path.slice(directory.length + 1) };
}
