import type { WorkspacePath } from '../base/path.ts';
import type { PlannedStep } from '../plan/planned.ts';

/** An execution of this run, as far as others can get in its way. */
export interface Execution {
  readonly step: PlannedStep;
  readonly order: number;
  endedAt: number | undefined;
  written: ReadonlySet<WorkspacePath>;
  /** Of that, what may be anything in the end. */
  ignored: ReadonlySet<WorkspacePath>;
  /** Takes the stored result back. */
  retract: ((path: WorkspacePath, by: PlannedStep) => void) | undefined;
}

/**
 * Who wrote what in this run, and when. Two steps that wrote one path while both were running cannot both be right
 * about it, so neither is stored. Order is counted, not clocked.
 */
export class Overlaps {
  readonly #executions = new Set<Execution>();
  readonly #writers = new Map<WorkspacePath, PlannedStep>();
  #moment = 0;

  begin(step: PlannedStep): Execution {
    const execution: Execution = {
      step,
      order: ++this.#moment,
      endedAt: undefined,
      written: new Set(),
      ignored: new Set(),
      retract: undefined,
    };
    this.#executions.add(execution);
    return execution;
  }

  /**
   * Ends an execution; gives the first path that an overlapping one wrote too, after taking that one's result back. A
   * result does not mind who else writes what it ignores.
   */
  end(
    execution: Execution,
    written: ReadonlySet<WorkspacePath>,
    ignored: ReadonlySet<WorkspacePath> = new Set(),
  ): { path: WorkspacePath; by: PlannedStep } | undefined {
    execution.endedAt = ++this.#moment;
    execution.written = written;
    execution.ignored = ignored;
    let found: { path: WorkspacePath; by: PlannedStep } | undefined;
    for (const other of this.#executions) {
      if (other === execution || (other.endedAt ?? 0) < execution.order) continue;
      const shared = [...written].filter((path) => other.written.has(path));
      const theirs = shared.find((path) => !other.ignored.has(path));
      const ours = shared.find((path) => !ignored.has(path));
      if (theirs !== undefined) other.retract?.(theirs, execution.step);
      if (ours !== undefined) found ??= { path: ours, by: other.step };
    }
    for (const path of written) this.#writers.set(path, execution.step);
    return found;
  }

  /** The step of this run that last wrote the path. */
  writerOf(path: WorkspacePath): PlannedStep | undefined {
    return this.#writers.get(path);
  }
}
