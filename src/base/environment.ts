import { readFileSync } from 'node:fs';
import { orUnreadable } from './files.ts';
import { decodePath, hasEscapedBytes, lossyText } from './path.ts';

/**
 * The variables that are set in `env`, which is `process.env` or was made from it, in the scheme of `decodePath`. Node has
 * U+FFFD for bytes that are not UTF-8, and no value for a name with such bytes: these are looked up in what the process was
 * started with. A value that was changed since then stands. Where the system does not tell what that was, so does U+FFFD.
 * What the tracer of a run around this one makes programs preload is nobody's variable.
 */
export function faithfulEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  readInitial: () => Buffer | undefined = ownInitialEnvironment,
): Record<string, string> {
  // Unlike `Object.keys`, this has the names without a value.
  const names = Reflect.ownKeys(env).filter((name) => typeof name === 'string');
  const values = names.flatMap((name) => {
    const value = name === 'LD_PRELOAD' ? withoutShim(env[name]) : env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const isLossy = names.some(mayBeLossy) || values.some(([, value]) => mayBeLossy(value));
  if (!isLossy) return Object.fromEntries(values);
  const initial = parseEnvironment(readInitial() ?? Buffer.alloc(0));
  const hidden = [...initial].filter(([name]) => hasEscapedBytes(name) && names.includes(lossyText(name)));
  return Object.fromEntries([...values.map(([name, value]) => [name, inBytes(value, initial.get(name))] as const), ...hidden]);
}

/** As `execute/trace/native` names it. */
const shim = 'linux-reprise/trace.so';

function withoutShim(preloaded: string | undefined): string | undefined {
  if (!preloaded?.includes(shim)) return preloaded;
  const own = preloaded.split(':').filter((library) => library !== shim);
  return own.length > 0 ? own.join(':') : undefined;
}

function mayBeLossy(text: string): boolean {
  return text.includes('\uFFFD');
}

function inBytes(value: string, initial: string | undefined): string {
  return initial !== undefined && mayBeLossy(value) && lossyText(initial) === value ? initial : value;
}

/** Of two variables with one name the first counts, as for `getenv`; what has no name or no value is none. */
function parseEnvironment(bytes: Buffer): Map<string, string> {
  const variables = new Map<string, string>();
  for (const text of decodePath(bytes).split('\0')) {
    const end = text.indexOf('=');
    const name = text.slice(0, Math.max(end, 0));
    if (name !== '' && !variables.has(name)) variables.set(name, text.slice(end + 1));
  }
  return variables;
}

/** Linux has it, if the process file system is mounted. */
function ownInitialEnvironment(): Buffer | undefined {
  return orUnreadable(() => readFileSync('/proc/self/environ'));
}
