import type { Diagnostic } from '../base/diagnostic.ts';
import { nearestNames, suggestion } from '../base/nearest.ts';
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
  if (names.includes(name)) return undefined;
  const namesakes = names.filter((one) => afterScope(one) === name);
  if (namesakes.length > 1) return `Write ${namesakes.map((one) => `'${one}'`).join(' or ')}`;

  const directory = resolvePath(root, from, name);
  if (packages.some((one) => one.directory === directory)) return `A directory is written './${name}'`;
  if (packages.some((one) => isInside(directory, one.directory))) return `The packages below a directory are './${name}/**'`;

  const near = new Set(nearestNames(name, names.map(afterScope)));
  const inScopes = names.filter((one) => near.has(afterScope(one)));
  return suggestion(name, names) ?? (inScopes.length === 0 ? undefined : `Did you mean ${inScopes.map((one) => `'${one}'`).join(' or ')}?`);
}

function hintForDirectory(path: string | undefined, { root, packages }: Workspace, from: WorkspacePath): string | undefined {
  if (path === undefined) return undefined;
  const directory = resolvePath(root, from, path);
  const shown = (one: WorkspacePath) => asWritten(toWorkspacePath(joinPath(root, from), joinPath(root, one)));
  if (packages.some((one) => isInside(directory, one.directory))) return `The packages below it are '${shown(directory)}/**'`;
  return suggestion(
    shown(directory),
    packages.map((one) => shown(one.directory)),
  );
}

function asWritten(path: WorkspacePath): string {
  if (path === '') return '.';
  return path.startsWith('../') || path === '..' ? path : `./${path}`;
}

/** The name without `@scope/`. */
function afterScope(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
