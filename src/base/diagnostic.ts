/** A place in a file the user wrote, or in a flag's value. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  /** The text, where `file` names a flag. */
  readonly source?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Something the user can act on. Tests, docs and editors refer to it by `code`, never by wording. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly at?: SourcePlace;
  readonly hint?: string;
}

export type DiagnosticCode =
  | 'usage'
  | 'no-workspace'
  | 'invalid-package-json'
  | 'unreadable-file'
  | 'unwritable-file'
  | 'invalid-workspace-file'
  | 'invalid-config'
  | 'invalid-glob'
  | 'config-exists'
  | 'config-failed'
  | 'config-timeout'
  | 'unknown-config-key'
  | 'invalid-filter'
  | 'unmatched-filter'
  | 'duplicate-package'
  | 'unknown-package'
  | 'no-root-package'
  | 'unknown-task'
  | 'unknown-dependency'
  | 'task-cycle'
  | 'task-recursion'
  | 'task-named-as-script'
  | 'program-not-found'
  | 'program-not-executable'
  | 'invalid-command'
  | 'missing-directory'
  | 'nothing-to-run'
  | 'no-record'
  | 'output-lost'
  | 'summary-not-written'
  | 'no-git'
  | 'no-repository'
  | 'unknown-git-ref'
  | 'git-failed'
  | 'cache-fault'
  | 'no-runner';

/** Ends the command. Any stage may throw it; only `cli.ts` catches it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** Proves to the compiler that a `switch` over a closed union is exhaustive. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
