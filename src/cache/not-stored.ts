import { unreachable } from '../base/diagnostic.ts';
import { displayPath, type WorkspacePath } from '../base/path.ts';
import { exclusionLine } from './exclusion.ts';

/** Why the result of an executed step was not kept. Closed: a step that is not stored always says why. */
export type NotStoredReason =
  | { readonly code: 'cache-disabled' }
  | { readonly code: 'communication-failed'; readonly detail: string }
  | { readonly code: 'tracing-unavailable'; readonly why: string }
  | { readonly code: 'trace-incomplete'; readonly program: string; readonly why: string }
  | { readonly code: 'modified-input'; readonly path: WorkspacePath }
  | { readonly code: 'modified-foreign'; readonly path: WorkspacePath }
  | { readonly code: 'deleted-foreign'; readonly path: WorkspacePath }
  | { readonly code: 'wrote-outside'; readonly path: string }
  | { readonly code: 'changed-during-run'; readonly path: WorkspacePath; readonly by?: Culprit }
  | { readonly code: 'also-written'; readonly path: WorkspacePath; readonly by: string }
  | { readonly code: 'unsupported-output'; readonly path: WorkspacePath }
  | { readonly code: 'outputs-gone'; readonly path: WorkspacePath }
  | { readonly code: 'used-network'; readonly address: string }
  | { readonly code: 'output-lost'; readonly path: WorkspacePath }
  | { readonly code: 'cache-fault'; readonly detail: string };

/** The step of this run that wrote the path, and the `dependsOn` entry that would order the two. */
interface Culprit {
  readonly label: string;
  readonly dependsOn: string;
}

/** The reason as it stands after `→ Not cached: `. */
export function describeNotStored(reason: NotStoredReason): string {
  switch (reason.code) {
    case 'cache-disabled':
      return 'the command asked not to be cached (disableCache)';
    case 'communication-failed':
      return `task communication failed: ${displayPath(reason.detail)}`;
    case 'tracing-unavailable':
      return `tracing is not available here: ${reason.why}`;
    case 'trace-incomplete':
      return `could not trace ${displayPath(reason.program)}: ${reason.why}`;
    case 'modified-input':
      return `modified its input '${displayPath(reason.path)}'`;
    case 'modified-foreign':
      return `modified '${displayPath(reason.path)}', which it had not made`;
    case 'deleted-foreign':
      return `deleted '${displayPath(reason.path)}', which it had not made`;
    case 'wrote-outside':
      return `wrote outside the workspace: '${displayPath(reason.path)}'`;
    case 'changed-during-run':
      return `'${displayPath(reason.path)}' changed during the run${reason.by ? `, written by ${reason.by.label}` : ''}`;
    case 'also-written':
      return `'${displayPath(reason.path)}' was also written by ${reason.by}`;
    case 'unsupported-output':
      return `'${displayPath(reason.path)}' is not a file, directory or link`;
    case 'outputs-gone':
      return `'${displayPath(reason.path)}' was gone and was not made again, while the tool went by a cache of its own`;
    case 'used-network':
      return `used the network (${reason.address})`;
    case 'output-lost':
      return `'${displayPath(reason.path)}' changed after the command ended`;
    case 'cache-fault':
      return `cache fault: ${reason.detail}`;
    default:
      return unreachable(reason);
  }
}

/** One line that mends it, where there is one. */
export function hintFor(reason: NotStoredReason): string | undefined {
  switch (reason.code) {
    case 'modified-input':
      return `if the result does not depend on it, in the config of the task: ${exclusionLine(reason.path)}`;
    case 'modified-foreign':
    case 'deleted-foreign':
      return `if it is work of the task: remove it once, so that the task makes it itself`;
    case 'outputs-gone':
      return `remove the tool's cache once, so that it makes everything`;
    case 'changed-during-run':
      return reason.by && `dependsOn: ["${reason.by.dependsOn}"]`;
    default:
      return undefined;
  }
}
