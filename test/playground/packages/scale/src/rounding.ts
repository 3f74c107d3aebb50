/** To what a cook can weigh: quarters below 10, whole numbers below 100, then steps of five. */
export function roundForKitchen(amount: number): number {
  if (amount < 10) return Math.max(0.25, Math.round(amount * 4) / 4);
  if (amount < 100) return Math.round(amount);
  return Math.round(amount / 5) * 5;
}
