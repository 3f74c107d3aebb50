import { pathToFileURL } from 'node:url';
import type { Jiti } from 'jiti';
import type { ConfigOutcome } from './config-answer.ts';
import { plainData } from './plain-data.ts';

/** Gives what loads the modules that Node itself does not. */
type Fallback = () => Promise<Jiti>;

/** The plain data that a config exports, or what it did instead. */
export async function loadConfig(file: string, fallback: Fallback): Promise<ConfigOutcome> {
  try {
    const exported = await called(await load(file, fallback));
    if (!isVite(file)) return outcomeOf(exported, '');
    const run: unknown = typeof exported === 'object' && exported !== null ? Reflect.get(exported, 'run') : undefined;
    return run === undefined ? { kind: 'value' } : outcomeOf(run, 'run');
  } catch (error) {
    return threw(error);
  }
}

function outcomeOf(value: unknown, path: string): ConfigOutcome {
  const plain = plainData(value, path);
  return 'value' in plain ? { kind: 'value', value: plain.value } : { kind: 'not-plain', ...plain };
}

/** The default export, of CommonJS the module itself. */
async function load(file: string, fallback: Fallback): Promise<unknown> {
  if (isTypeScript(file) && !canStripTypes()) return await loadBy(await fallback(), file);
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return defaultOf(module.default);
  } catch (error) {
    if (!mayLoadOtherwise(error)) throw error;
    return await loadBy(await fallback(), file);
  }
}

async function loadBy(jiti: Jiti, file: string): Promise<unknown> {
  const module = await jiti.import<object>(file);
  return 'default' in module ? defaultOf(module.default) : undefined;
}

/** What compilers make of `export default` in CommonJS. */
function defaultOf(value: unknown): unknown {
  const isCompiled = typeof value === 'object' && value !== null && '__esModule' in value && 'default' in value;
  return isCompiled ? value.default : value;
}

/** Functions are called as vite calls them for a build. */
async function called(exported: unknown): Promise<unknown> {
  const value = await exported;
  if (typeof value !== 'function') return value;
  const { env } = process;
  const call = value as (context: object) => unknown;
  return await call({ command: 'build', mode: env['NODE_ENV'] ?? 'production', isSsrBuild: false, isPreview: false });
}

/**
 * Whether what failed can succeed with the other loader: syntax that cannot merely be stripped, imports without an
 * extension, CommonJS names in a module. It also tells where a mistake in the syntax stands.
 */
function mayLoadOtherwise(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  if (error instanceof ReferenceError) return /^(?:require|module|exports|__filename|__dirname) is not defined/.test(error.message);
  return error instanceof Error && 'code' in error && otherwiseCodes.has(String(error.code));
}

const otherwiseCodes = new Set([
  'ERR_MODULE_NOT_FOUND',
  'ERR_REQUIRE_ESM',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
]);

/** The loader for what Node does not load. Without a cache on disk, so that what was compiled for another run has no say. */
export async function makeFallback(file: string): Promise<Jiti> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, { fsCache: false, interopDefault: false });
  // Its compiler is loaded with its first use, and that is to be now.
  jiti.transform({ source: '', ts: true });
  return jiti;
}

function canStripTypes(): boolean {
  return 'typescript' in process.features && Boolean(process.features.typescript);
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}

function isVite(file: string): boolean {
  return /(?:^|\/)vite\.config\.[^/]+$/.test(file);
}

function threw(error: unknown): ConfigOutcome {
  if (!(error instanceof Error)) return { kind: 'threw', message: String(error), stack: '' };
  return { kind: 'threw', message: error.message, stack: error.stack ?? '' };
}
