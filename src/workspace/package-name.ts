import type { Diagnostic, SourcePlace } from '../base/diagnostic.ts';
import { suggestion } from '../base/nearest.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { Package, Workspace } from './packages.ts';

/** The package that people mean by `name`: the one so called, else the only one so called in some scope (`a` for `@x/a`). */
export function packageNamed(packages: readonly Package[], name: string, at?: SourcePlace): Package | Diagnostic {
  const exact = packages.filter((one) => one.name === name);
  const found = exact.length > 0 ? exact : packages.filter((one) => one.name?.startsWith('@') === true && one.name.endsWith(`/${name}`));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;

  const place = at && { at };
  if (first !== undefined) {
    const directories = found.map((one) => `${one.name} in '${one.directory || '.'}'`).join(', ');
    const hint = 'Run the task from the directory of its package, or give the packages different names';
    return { code: 'duplicate-package', message: `Package name '${name}' is ambiguous: ${directories}`, ...place, hint };
  }
  const hint = suggestion(
    name,
    packages.flatMap((one) => one.name ?? []),
  );
  return { code: 'unknown-package', message: `Package '${name}' is not in the workspace`, ...place, ...(hint !== undefined && { hint }) };
}

/** A package as people name it: by its name, else by its directory. */
export function packageLabel({ packages }: Workspace, directory: WorkspacePath): string {
  return packages.find((one) => one.directory === directory)?.name ?? directory;
}

/** `package#task` in two; a plain `task` has no package. */
export function splitTaskName(text: string): { packageName: string | undefined; task: string } {
  const hash = text.indexOf('#');
  return hash < 0 ? { packageName: undefined, task: text } : { packageName: text.slice(0, hash), task: text.slice(hash + 1) };
}
