import type { NamePattern } from '../../base/name-pattern.ts';

/** What the clients of one step said, repetitions left out, in the order in which they said it first. */
export interface Reports {
  /** Absolute; the paths and all below them. */
  readonly ignoredInputs: readonly string[];
  readonly ignoredOutputs: readonly string[];
  readonly cacheDisabled: boolean;
  /** What was asked for with `tracked`. */
  readonly trackedNames: readonly string[];
  readonly trackedPatterns: readonly NamePattern[];
  /** Why what was said may not be all that was meant: then the step is not stored. */
  readonly trouble: string | undefined;
}

/** Of an execution whose tools could speak up, or could not. */
export type Reported =
  | { readonly kind: 'reported'; readonly reports: Reports }
  | { readonly kind: 'unavailable'; readonly why: string }
  /** Nobody would have listened: the step takes no part in caching. */
  | { readonly kind: 'off' };

export const noReports: Reports = {
  ignoredInputs: [],
  ignoredOutputs: [],
  cacheDisabled: false,
  trackedNames: [],
  trackedPatterns: [],
  trouble: undefined,
};
