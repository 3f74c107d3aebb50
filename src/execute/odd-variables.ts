import { encodePath, hasEscapedBytes } from '../base/path.ts';

export interface SplitEnvironment {
  /** What `spawn` hands on as it is. */
  readonly plain: Readonly<Record<string, string>>;
  /** The rest, as the system has it: `NAME=VALUE` in bytes, each ended by a NUL. Empty in most environments. */
  readonly odd: Buffer;
}

/** Takes an environment apart, because `spawn` makes U+FFFD of bytes that are not UTF-8. */
export function splitEnvironment(env: Readonly<Record<string, string>>): SplitEnvironment {
  const variables = Object.entries(env);
  const odd = variables.filter(isOdd);
  if (odd.length === 0) return { plain: env, odd: Buffer.alloc(0) };
  return {
    plain: Object.fromEntries(variables.filter((variable) => !isOdd(variable))),
    odd: encodePath(odd.map(([name, value]) => `${name}=${value}\0`).join('')),
  };
}

/** What holds a NUL is refused by `spawn`, whatever else it holds. */
function isOdd([name, value]: readonly [string, string]): boolean {
  return (hasEscapedBytes(name) || hasEscapedBytes(value)) && !`${name}${value}`.includes('\0');
}
