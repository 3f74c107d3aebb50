import { units, type UnitName } from '@kitchen/units';

export function convert(amount: number, from: UnitName, to: UnitName): number {
  const [source, target] = [units[from], units[to]];
  if (source.measures !== target.measures) {
    throw new RangeError(`${from} measures ${source.measures}, ${to} measures ${target.measures}`);
  }
  return (amount * source.factor) / target.factor;
}
