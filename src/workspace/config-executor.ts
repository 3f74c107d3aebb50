import type { Diagnostic } from '../base/diagnostic.ts';
import type { WorkspacePath } from '../base/path.ts';

/** Runs configs that only running can read. `src/config-execution.ts` implements it. */
export interface ConfigExecutor {
  /**
   * Plain data: the default export (of a function, what it gives), or of a `vite.config.*` the value of its `run`,
   * `undefined` where it has none. A diagnostic where the file throws, hangs, or exports what is no plain data.
   */
  readonly execute: (file: WorkspacePath) => Promise<{ readonly value: unknown } | Diagnostic>;
}
