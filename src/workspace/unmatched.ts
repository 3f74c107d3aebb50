import type { Diagnostic } from '../base/diagnostic.ts';
import { suggestion } from '../base/nearest.ts';
import { isInside, joinPath, resolvePath, toWorkspacePath, type WorkspacePath } from '../base/path.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import type { Workspace } from './packages.ts';

/** What to say of a filter that matches nothing, with what it may have meant. `from` is what directories in it are relative to. */
export function describeUnmatched(text: string, workspace: Workspace, from: WorkspacePath): Diagnostic {
  const pattern = parseFilterPattern(text);
  const { name, directory } = 'code' in pattern ? {} : pattern;
  const hint = hintForName(name, workspace, from) ?? hintForDirectory(directory, workspace, from);
  return { code: 'unmatched-filter', message: `Filter '${text}' matches no package`, ...(hint !== undefined && { hint }) };
}

function hintForName(name: string | undefined, { root, packages }: Workspace, from: WorkspacePath): string | undefined {
  if (name === undefined) return undefined;
  const names = packages.flatMap((one) => one.name ?? []);
  const namesakes = names.filter((one) => afterScope(one) === name);
  if (namesakes.length > 1) return `It may be any of ${namesakes.join(', ')}: name one of them`;

  const directory = resolvePath(root, from, name);
  if (packages.some((one) => one.directory === directory)) return `A directory is written './${name}'`;
  if (packages.some((one) => isInside(directory, one.directory))) return `The packages below a directory are './${name}/**'`;

  return suggestion(name, names) ?? suggestion(name, names.map(afterScope));
}

function hintForDirectory(path: string | undefined, { root, packages }: Workspace, from: WorkspacePath): string | undefined {
  if (path === undefined) return undefined;
  const directory = resolvePath(root, from, path);
  const shown = (one: WorkspacePath) => asWritten(toWorkspacePath(joinPath(root, from), joinPath(root, one)));
  if (packages.some((one) => isInside(directory, one.directory))) return `The packages below it are '${shown(directory)}/**'`;
  const directories = packages.map((one) => shown(one.directory));
  return suggestion(shown(directory), directories);
}

function asWritten(path: WorkspacePath): string {
  if (path === '') return '.';
  return path.startsWith('../') || path === '..' ? path : `./${path}`;
}

function afterScope(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
