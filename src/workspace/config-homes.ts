import type { Diagnostic } from '../base/diagnostic.ts';
import { listDirectory } from '../base/files.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';

/** The files of a package that may hold its config. */
export interface ConfigHomes {
  /** They hold nothing but the config. */
  readonly own: readonly WorkspacePath[];
  /** It may have one under `run`. */
  readonly vite: WorkspacePath | undefined;
}

const ownNames = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map((extension) => `reprise.config.${extension}`).concat('vite-task.json');

/** In the order in which Vite looks for them; it takes the first. */
const viteNames = ['js', 'mjs', 'ts', 'cjs', 'mts', 'cts'].map((extension) => `vite.config.${extension}`);

/** One look at the directory: most of a thousand packages have none. */
export function configHomes(root: AbsolutePath, directory: WorkspacePath): ConfigHomes {
  const names = new Set(listDirectory(joinPath(root, directory))?.map(({ name }) => name));
  const present = (candidates: readonly string[]): WorkspacePath[] =>
    candidates.filter((name) => names.has(name)).map((name) => (directory === '' ? name : `${directory}/${name}`) as WorkspacePath);
  return { own: present(ownNames), vite: present(viteNames)[0] };
}

export function twoHomes(one: WorkspacePath, other: WorkspacePath): Diagnostic {
  const message = `A package has one config, and here are two: ${one} and ${other}`;
  return { code: 'invalid-config', message, at: { file: other }, hint: 'Move what they say into one of them' };
}
