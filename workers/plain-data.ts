/** What keeps a value from being plain data, and where: `tasks.build.command` is `a function`. */
export interface NotPlain {
  readonly path: string;
  readonly found: string;
}

/** A copy of what JSON can hold faithfully; members that are `undefined` are left out. `path`: where the value itself stands. */
export function plainData(value: unknown, path: string): { readonly value: unknown } | NotPlain {
  try {
    return { value: copy(value, path, []) };
  } catch (error) {
    if (error instanceof Refusal) return { path: error.path, found: error.found };
    throw error;
  }
}

class Refusal extends Error {
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string) {
    super(found);
    this.path = path;
    this.found = found;
  }
}

function copy(value: unknown, path: string, around: readonly object[]): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new Refusal(path, String(value));
    case 'object':
      return value === null ? null : copyObject(value, path, around);
    case 'undefined':
      throw new Refusal(path, 'undefined');
    default:
      throw new Refusal(path, `a ${typeof value}`);
  }
}

function copyObject(value: object, path: string, around: readonly object[]): unknown {
  if (around.includes(value)) throw new Refusal(path, 'a cycle');
  const inside = [...around, value];
  if (Array.isArray(value)) return Array.from(value as unknown[], (item, index) => copy(item, `${path}[${index}]`, inside));
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && prototype !== Object.prototype) throw new Refusal(path, `a ${className(prototype)}`);
  const [symbol] = Object.getOwnPropertySymbols(value).filter((one) => one !== Symbol.toStringTag);
  if (symbol !== undefined) throw new Refusal(memberPath(path, String(symbol)), 'a symbol');
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, copy(member, memberPath(path, name), inside)]));
}

function className(prototype: object): string {
  return (prototype.constructor as { name?: string } | undefined)?.name || 'class instance';
}

function memberPath(path: string, name: string): string {
  if (!/^[\w$-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}
