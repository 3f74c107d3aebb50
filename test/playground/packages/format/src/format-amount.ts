const fractions = new Map([
  [0.25, '¼'],
  [0.5, '½'],
  [0.75, '¾'],
]);

/** `1.5` as `1½`; whole numbers and other fractions as they are. */
export function formatAmount(amount: number): string {
  const whole = Math.floor(amount);
  const fraction = fractions.get(amount - whole);
  if (fraction === undefined) return String(amount);
  return whole === 0 ? fraction : `${whole}${fraction}`;
}
