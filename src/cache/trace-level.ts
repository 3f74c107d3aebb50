import type { Traced } from '../execute/execution.ts';
import type { TaskCaching } from '../graph/task.ts';

/**
 * How an execution was watched. There is nothing between the two: what sees only some programs cannot tell that it saw
 * them all (`execute/trace/README.md`).
 */
export type TraceLevel =
  /** `unprivileged`: programs that ran without the privileges that they have elsewhere, because of the trace. */
  | { readonly level: 'full'; readonly unprivileged?: readonly string[] }
  /** Only what the task declares is known. */
  | { readonly level: 'none'; readonly why: string };

export function traceLevel(asked: TaskCaching['trace'], traced: Traced): TraceLevel {
  switch (traced.kind) {
    case 'traced': {
      const { unprivileged } = traced.raw;
      return { level: 'full', ...(unprivileged.length > 0 && { unprivileged }) };
    }
    case 'unavailable':
      return { level: 'none', why: traced.why };
    case 'off':
      return { level: 'none', why: whySwitchedOff(asked) };
  }
}

export function whySwitchedOff(asked: TaskCaching['trace']): string {
  return asked === 'preload' ? "what 'trace': 'preload' sees is never certain to be all" : "the task switches it off with 'trace': false";
}
