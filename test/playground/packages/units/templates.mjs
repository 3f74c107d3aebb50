/** The module that the other packages import: one frozen table and a lookup by symbol. */
export function moduleSource(units) {
  const rows = Object.entries(units).map(([name, unit]) => `  ${name}: ${JSON.stringify({ name, ...unit })},`);
  return [
    'export const units = Object.freeze({',
    ...rows,
    '});',
    '',
    'export function unitBySymbol(symbol) {',
    '  return Object.values(units).find((unit) => unit.symbol === symbol);',
    '}',
    '',
  ].join('\n');
}

export function declarations(units) {
  const names = Object.keys(units).map((name) => `'${name}'`);
  const measures = [...new Set(Object.values(units).map((unit) => `'${unit.measures}'`))];
  return [
    `export type UnitName = ${names.join(' | ')};`,
    `export type Measure = ${measures.join(' | ')};`,
    'export interface Unit {',
    '  readonly name: UnitName;',
    '  readonly symbol: string;',
    '  readonly measures: Measure;',
    '  readonly factor: number;',
    '}',
    'export declare const units: Readonly<Record<UnitName, Unit>>;',
    'export declare function unitBySymbol(symbol: string): Unit | undefined;',
    '',
  ].join('\n');
}
