import type { TaskGraph } from './task-graph.ts';

/** Goes up with every change that a reader of an older document could misread. */
const version = 1;

/** What `reprise run --json` prints; `dist/graph.schema.json` has its shape. Packages by directory, tasks by `directory#name`. */
export function graphJson({ workspace, tasks }: TaskGraph): object {
  const packages = workspace.packages.map(({ directory, name, dependencies }) => [
    directory,
    { name, ...(dependencies.length > 0 && { dependencies }) },
  ]);
  const described = tasks.map(({ id, directory, packageName, name, origin, commands, cwd, dependsOn }) => [
    id,
    {
      package: packageName ?? directory,
      name,
      command: commands.map(({ text }) => text).join(' && '),
      origin,
      ...(cwd !== directory && { cwd }),
      ...(dependsOn.length > 0 && { dependsOn }),
    },
  ]);
  return { version, workspaceRoot: workspace.root, packages: Object.fromEntries(packages), tasks: Object.fromEntries(described) };
}
