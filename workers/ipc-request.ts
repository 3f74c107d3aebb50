import { isUtf8 } from 'node:buffer';
import type { NamePattern } from '../src/base/name-pattern.ts';
import { decodeText, type Refusal } from '../src/execute/ipc/protocol.ts';

/** A request as it was understood. */
export type Said =
  | { readonly type: 'ignoreInput' | 'ignoreOutput'; readonly path: string }
  | { readonly type: 'disableCache' }
  | { readonly type: 'getEnv'; readonly name: string; readonly tracked: boolean }
  | { readonly type: 'getEnvs'; readonly pattern: NamePattern; readonly tracked: boolean };

/** A line of a client as JSON has it. */
export type Frame = Readonly<Record<string, unknown>>;

/** `undefined` for what is no JSON object in UTF-8. */
export function parseFrame(line: Buffer): Frame | undefined {
  const text = line.toString('utf8');
  if (text.includes('\uFFFD') && !isUtf8(line)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Frame) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a line after the hello asks or tells; what this runner does not know or take is refused. */
export function understand(frame: Frame): Said | Refusal {
  const tracked = frame['tracked'] ?? true;
  if (typeof tracked !== 'boolean') return malformed("'tracked' is true or false");
  switch (frame['type']) {
    case 'ignoreInput':
    case 'ignoreOutput':
      return aboutPath(frame['type'], decodeText(frame['path']));
    case 'disableCache':
      return { type: 'disableCache' };
    case 'getEnv': {
      const name = decodeText(frame['name']);
      return name === undefined ? malformed("getEnv needs a 'name'") : { type: 'getEnv', name, tracked };
    }
    case 'getEnvs': {
      const pattern = patternIn(frame);
      return pattern === undefined ? malformed("getEnvs needs a 'glob' or a 'prefix'") : { type: 'getEnvs', pattern, tracked };
    }
    default:
      return { type: 'error', code: 'unknown-request', message: `this runner knows no request '${String(frame['type']).slice(0, 100)}'` };
  }
}

function aboutPath(type: 'ignoreInput' | 'ignoreOutput', path: string | undefined): Said | Refusal {
  if (path === undefined || !path.startsWith('/') || path.includes('\0')) return malformed(`${type} needs an absolute 'path'`);
  return { type, path };
}

function patternIn(frame: Frame): NamePattern | undefined {
  const glob = decodeText(frame['glob']);
  const prefix = decodeText(frame['prefix']);
  if (glob !== undefined) return prefix === undefined ? { glob } : undefined;
  return prefix === undefined ? undefined : { prefix };
}

export function malformed(what: string): Refusal {
  return { type: 'error', code: 'malformed', message: `malformed message: ${what}` };
}
