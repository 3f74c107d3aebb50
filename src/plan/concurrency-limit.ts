import type { ConcurrencyLimit } from './planned.ts';

/** A limit as users write it: `4`, or `50%` of the cores. `undefined`: not a limit. */
export function parseConcurrencyLimit(text: string): ConcurrencyLimit | undefined {
  const [, digits, percent] = /^(\d{1,9})(%?)$/.exec(text.trim()) ?? [];
  const value = Number(digits ?? 0);
  if (value === 0) return undefined;
  return percent === '' ? { count: value } : { percentOfCores: value };
}
