/** What the loader of configs hands back, as JSON between two of the markers it was given. */
export interface ConfigAnswer {
  readonly outcome: ConfigOutcome;
  readonly env: EnvReads;
}

export type ConfigOutcome =
  /** Without `value`: nothing is exported there. */
  | { readonly kind: 'value'; readonly value?: unknown }
  | { readonly kind: 'threw'; readonly message: string; readonly stack: string }
  /** `found` says what stands at `path`, such as `a function`. */
  | { readonly kind: 'not-plain'; readonly path: string; readonly found: string };

/** Which variables a config asked for. */
export interface EnvReads {
  readonly names: readonly string[];
  /** It may have read others, too, where nobody saw which. */
  readonly isPartial: boolean;
}
