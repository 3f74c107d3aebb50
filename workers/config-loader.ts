import { writeSync } from 'node:fs';
import module, { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answerMark, type ConfigAnswer, type ConfigProblem } from '../src/config-answer.ts';

/**
 * `node config-loader.mjs <file> all|run`: runs a config and writes what it exports as the last line of stdout, with the
 * variables that it read. Whatever the config prints goes to stderr. Ends by itself, whatever the config left open.
 */
const [fileName = '', take = 'all'] = process.argv.slice(2);
const file = resolve(fileName);
const read = new Map<string, string | null>();
let listedEnv = false;
/** Node was told to run something before, which may have read anything. */
let unseenEnv = /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)(?:[\s=]|$)/.test(process.env['NODE_OPTIONS'] ?? '');

class NotPlain extends Error {}

async function run(): Promise<Pick<ConfigAnswer, 'value' | 'problem'>> {
  try {
    const value = plain(wanted(await exported()), []);
    return value === undefined ? {} : { value };
  } catch (error) {
    return { problem: error instanceof NotPlain ? { kind: 'not-plain', message: error.message } : describe(error) };
  }
}

async function exported(): Promise<unknown> {
  const load = /\.[mc]?ts$/.test(file) ? await typeScriptImport() : nativeImport;
  // What the loader itself reads of the environment is not the config's.
  watchEnvironment();
  const module = await load();
  const config: unknown = 'default' in module ? module['default'] : module;
  if (typeof config !== 'function') return await config;
  const mode = process.env['NODE_ENV'] ?? 'production';
  return await (config as (given: object) => unknown)({ command: 'build', mode, isSsrBuild: false, isPreview: false });
}

type Import = () => Promise<Record<string, unknown>>;

const nativeImport: Import = async () => (await import(pathToFileURL(file).href)) as Record<string, unknown>;

async function typeScriptImport(): Promise<Import> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(pathToFileURL(file).href, { fsCache: false, tryNative: false });
  // Loads the compiler.
  jiti.transform({ source: 'const loaded: boolean = true;', ts: true });
  return async () => await jiti.import<Record<string, unknown>>(file);
}

function wanted(config: unknown): unknown {
  if (take === 'all') return config;
  return typeof config === 'object' && config !== null && 'run' in config ? config.run : undefined;
}

/** The value as JSON has it; members that are `undefined` are left out. */
function plain(value: unknown, path: readonly (string | number)[], above: readonly unknown[] = []): unknown {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const name = path.length === 0 ? 'the config' : `'${path.join('.')}'`;
  if (typeof value !== 'object') throw new NotPlain(`${name} is a ${typeof value}, which no config can hold`);
  if (above.includes(value)) throw new NotPlain(`${name} holds itself`);
  if (Array.isArray(value)) return value.map((item, index) => plain(item, [...path, index], [...above, value]) ?? null);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain) throw new NotPlain(`${name} is a ${value.constructor.name}, which no config can hold`);
  const members = Object.entries(value).map(([key, member]) => [key, plain(member, [...path, key], [...above, value])] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

function describe(error: unknown): ConfigProblem {
  if (!(error instanceof Error)) return { kind: 'threw', message: String(error) };
  const place = (error.stack ?? '').split('\n').find((line) => line.includes(file));
  const [, line, column] = /:(\d+)(?::(\d+))?\)?$/.exec(place ?? '') ?? [];
  return {
    kind: 'threw',
    message: error.message,
    ...(line !== undefined && { line: Number(line) }),
    ...(column !== undefined && { column: Number(column) }),
  };
}

/** Notes what is read of the environment, as long as the config has not set it itself. */
function watchEnvironment(): void {
  const real = process.env;
  const set = new Set<string>();
  let walk: (string | symbol)[] = [];
  const note = (name: string | symbol): void => {
    if (typeof name === 'string' && !set.has(name) && !read.has(name)) read.set(name, real[name] ?? null);
  };
  process.env = new Proxy(real, {
    get: (target, name) => (note(name), Reflect.get(target, name) as string | undefined),
    has: (target, name) => (note(name), Reflect.has(target, name)),
    getOwnPropertyDescriptor: (target, name) => {
      // `Object.keys` asks for each name in turn whether it counts, not for its value.
      if (walk[0] === name) walk.shift();
      else note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys: (target) => {
      listedEnv = true;
      walk = Reflect.ownKeys(target);
      return [...walk];
    },
    set: (target, name, value) => (set.add(String(name)), Reflect.set(target, name, value)),
    deleteProperty: (target, name) => (set.add(String(name)), Reflect.deleteProperty(target, name)),
  });
  // Threads have an environment of their own, and hooks of modules run in one.
  process.on('worker', () => (unseenEnv = true));
  const { register } = module;
  module.register = ((...args: Parameters<typeof register>) => {
    unseenEnv = true;
    register(...args);
  }) as typeof register;
  syncBuiltinESMExports();
}

process.stdout.write = process.stderr.write.bind(process.stderr);
const answer = await run();
// A thread that was started is told of a little later.
await new Promise((done) => setImmediate(done));
// Synchronous: the process ends right after it.
writeSync(1, `\n${answerMark}${JSON.stringify({ ...answer, env: [...read], listedEnv, unseenEnv } satisfies ConfigAnswer)}\n`);
process.exit(0);
