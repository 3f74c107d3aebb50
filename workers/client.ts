import { createRequire } from 'node:module';

/** Paths are resolved against the working directory at the call. Bytes name what no string can. */
export type ToolPath = string | Uint8Array;

export interface GetEnvOptions {
  /** Whether the result of this step depends on the answer, so that another one is a reason to run it again. Default: true. */
  readonly tracked?: boolean;
}

/** A glob of names, or what they begin with. */
export type GetEnvsQuery = string | { readonly prefix: string };

/** What the module of a runner gives. All calls are synchronous: when one returns, the runner has been told. */
export interface RunnerClient {
  readonly ignoreInput: (path: ToolPath) => void;
  readonly ignoreOutput: (path: ToolPath) => void;
  readonly disableCache: () => void;
  readonly getEnv: (name: string, options?: GetEnvOptions) => string | undefined;
  readonly getEnvs: (query: GetEnvsQuery, options?: GetEnvOptions) => Record<string, string>;
}

/**
 * That this step reads `path`, or anything below it, means nothing: neither its content nor that it is there is a reason
 * to run the step again. The path need not exist. Does nothing outside of a run.
 */
export function ignoreInput(path: ToolPath): void {
  client()?.ignoreInput(path);
}

/**
 * That this step writes `path`, or anything below it, means nothing: it is not stored, and not restored. Does nothing
 * outside of a run.
 */
export function ignoreOutput(path: ToolPath): void {
  client()?.ignoreOutput(path);
}

/** The result of this step is not stored. Does nothing outside of a run. */
export function disableCache(): void {
  client()?.disableCache();
}

/**
 * The value that the variable has for the runner, which passes to a step only what is configured. `undefined` where there
 * is none, and outside of a run. `process.env` is left alone.
 */
export function getEnv(name: string, options?: GetEnvOptions): string | undefined {
  return client()?.getEnv(name, options);
}

/**
 * All variables that the runner has under such names: a glob like `VITE_*`, or `{ prefix: 'VITE_' }`. When tracked, one that
 * comes or goes counts as well. Empty outside of a run. `process.env` is left alone.
 */
export function getEnvs(query: GetEnvsQuery, options?: GetEnvOptions): Record<string, string> {
  return client()?.getEnvs(query, options) ?? {};
}

let found: { readonly client: RunnerClient | undefined } | undefined;

function client(): RunnerClient | undefined {
  found ??= { client: find() };
  return found.client;
}

/** The runner says where its module is; other runners do so in the same way. */
function find(): RunnerClient | undefined {
  const path = process.env['VP_RUN_NODE_CLIENT_PATH'];
  if (path === undefined || path === '') return undefined;
  try {
    return (createRequire(import.meta.url)(path) as { readonly load: () => RunnerClient }).load();
  } catch {
    // Whatever is wrong with a runner's module, the tool goes on as if there was no runner.
    return undefined;
  }
}
