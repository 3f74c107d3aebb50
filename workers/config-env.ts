import module, { syncBuiltinESMExports } from 'node:module';
import type { EnvReads } from './config-answer.ts';

export interface EnvWatch {
  readonly reads: () => EnvReads;
  /** What our own tools read while they load says nothing about the config. */
  readonly unwatched: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/**
 * From now on every variable that is asked for in this thread is noted by name, whether it is set or not. Whoever
 * looks at all of them, or reads them where nothing is noted (a thread, native code, what Node was told to load
 * first), makes the answer a partial one.
 */
export function watchEnvironment(): EnvWatch {
  const names = new Set<string>();
  let isPartial = preloads.test(process.env['NODE_OPTIONS'] ?? '');
  let isWatching = true;
  const note = (name: string | symbol): void => {
    if (isWatching && typeof name === 'string') names.add(name);
  };
  const spoil = (): void => {
    if (isWatching) isPartial = true;
  };
  const env = new Proxy(process.env, {
    get: (target, name) => {
      note(name);
      return Reflect.get(target, name) as unknown;
    },
    has: (target, name) => {
      note(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor: (target, name) => {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys: (target) => {
      spoil();
      return Reflect.ownKeys(target);
    },
    // Without a receiver: the default one is this proxy, and its descriptor would be asked for.
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  Object.defineProperty(process, 'env', { value: env, writable: true, enumerable: true, configurable: true });
  process.on('worker', spoil);
  wrap(process, 'dlopen', spoil);
  wrap(module, 'register', spoil);
  syncBuiltinESMExports();
  return {
    reads: () => ({ names: [...names].sort(), isPartial }),
    unwatched: async (work) => {
      isWatching = false;
      try {
        return await work();
      } finally {
        isWatching = true;
      }
    },
  };
}

/** Options by which Node runs code before the loader. */
const preloads = /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)(?:[\s=]|$)/;

function wrap(owner: object, name: string, before: () => void): void {
  const inner: unknown = Reflect.get(owner, name);
  if (typeof inner !== 'function') return;
  const outer = (...args: unknown[]): unknown => {
    before();
    return Reflect.apply(inner, owner, args) as unknown;
  };
  Object.defineProperty(owner, name, { value: outer, writable: true, enumerable: true, configurable: true });
}
