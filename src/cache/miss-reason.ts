import { unreachable } from '../base/diagnostic.ts';
import { childOf, displayPath, type WorkspacePath } from '../base/path.ts';
import { exclusionLine } from './exclusion.ts';

/** Why a step was not restored. Closed on purpose: there is no "unknown". */
export type MissReason =
  | { readonly code: 'first-run' }
  | { readonly code: 'program-changed' }
  | { readonly code: 'args-changed' }
  | { readonly code: 'working-directory-changed' }
  | { readonly code: 'env-changed'; readonly name: string; readonly change: Change }
  | { readonly code: 'untracked-env-changed' }
  | { readonly code: 'input-config-changed' }
  | { readonly code: 'output-config-changed' }
  | { readonly code: 'platform-changed' }
  | { readonly code: 'input-changed'; readonly path: WorkspacePath; readonly change: Change }
  | { readonly code: 'listing-changed'; readonly path: WorkspacePath; readonly name: string; readonly change: 'added' | 'removed' }
  | { readonly code: 'link-changed'; readonly path: WorkspacePath }
  | { readonly code: 'mode-changed'; readonly path: WorkspacePath }
  | { readonly code: 'tool-changed'; readonly name: string }
  | { readonly code: 'in-the-way'; readonly path: WorkspacePath }
  | { readonly code: 'forced' }
  | { readonly code: 'cache-fault'; readonly detail: string };

export type Change = 'added' | 'removed' | 'modified';

/** The reason as it stands in a header: `○ cache miss: <this>, executing`. */
export function describeMiss(reason: MissReason): string {
  switch (reason.code) {
    case 'first-run':
      return 'no earlier run';
    case 'program-changed':
      return 'program changed';
    case 'args-changed':
      return 'args changed';
    case 'working-directory-changed':
      return 'working directory changed';
    case 'env-changed':
      return `env '${displayPath(reason.name)}' ${reason.change === 'modified' ? 'changed' : reason.change}`;
    case 'untracked-env-changed':
      return 'untracked env config changed';
    case 'input-config-changed':
      return 'input configuration changed';
    case 'output-config-changed':
      return 'output configuration changed';
    case 'platform-changed':
      return 'platform changed';
    case 'input-changed':
      return `'${displayPath(reason.path)}' ${reason.change}`;
    case 'listing-changed':
      return `'${displayPath(reason.name)}' ${reason.change} ${reason.change === 'added' ? 'in' : 'from'} ${place(reason.path)}`;
    case 'link-changed':
      return `link '${displayPath(reason.path)}' changed`;
    case 'mode-changed':
      return `mode of '${displayPath(reason.path)}' changed`;
    case 'tool-changed':
      return `program '${displayPath(reason.name)}' changed`;
    case 'in-the-way':
      return `in the way: '${displayPath(reason.path)}'`;
    case 'forced':
      return 'forced by --force';
    case 'cache-fault':
      return `cache fault: ${reason.detail}`;
    default:
      return unreachable(reason);
  }
}

/** The line of config with which such a difference no longer counts, where there is one; right only if the result does not depend on it. */
export function leaveOutLine(reason: MissReason): string | undefined {
  switch (reason.code) {
    case 'env-changed':
      return `"untrackedEnv": [${JSON.stringify(displayPath(reason.name))}]`;
    case 'listing-changed':
      return exclusionLine(childOf(reason.path, reason.name));
    case 'input-changed':
    case 'mode-changed':
    case 'link-changed':
      return exclusionLine(reason.path);
    default:
      return undefined;
  }
}

/** The same for all such differences in a directory. */
export function leaveOutBelowLine(directory: WorkspacePath): string {
  return exclusionLine(directory, true);
}

function place(directory: WorkspacePath): string {
  return directory === '' ? 'workspace root' : `'${displayPath(directory)}'`;
}
