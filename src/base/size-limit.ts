/** How much a store may hold: so many bytes, or a share of the disk it is on. */
export type SizeLimit = { readonly bytes: number } | { readonly percentOfDisk: number };

/** A limit as users write it: `"10 GB"`, `"500MB"`, `"10%"`, or a number of bytes. `undefined`: not a limit. */
export function parseSizeLimit(written: string | number): SizeLimit | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(%|[kmgt]?b)?$/i.exec(String(written).trim()) ?? [];
  const amount = Number(digits);
  if (digits === undefined || amount === 0) return undefined;
  if (unit === '%') return amount <= 100 ? { percentOfDisk: amount } : undefined;
  const bytes = Math.floor(amount * 1000 ** powers.indexOf((unit ?? 'b').toLowerCase()));
  return Number.isSafeInteger(bytes) && bytes > 0 ? { bytes } : undefined;
}

const powers = ['b', 'kb', 'mb', 'gb', 'tb'];
