/** `{a,b}c` as `ac` and `bc`. Braces without a comma stand for themselves. */
export function expandBraces(glob: string): string[] {
  let depth = 0;
  let start = 0;
  let parts: number[] = [];
  for (const { 0: token, index } of glob.matchAll(/\\.|[{},]/gs)) {
    if (token === '{' && depth++ === 0) [start, parts] = [index, [index]];
    else if (token === ',' && depth === 1) parts.push(index);
    else if (token === '}' && depth > 0 && --depth === 0 && parts.length > 1) {
      const alternatives = parts.map((part, place) => glob.slice(part + 1, parts[place + 1] ?? index));
      return alternatives.flatMap((alternative) => expandBraces(glob.slice(0, start) + alternative + glob.slice(index + 1)));
    }
  }
  return [glob];
}
