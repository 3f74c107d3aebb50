import { types } from 'node:util';
import { asNodeDecodes } from '../src/base/own-bytes.ts';
import { decodePath } from '../src/base/path.ts';
import type { NamePattern } from '../src/base/name-pattern.ts';
import { Runner, type Tracking } from '../src/execute/ipc/client/runner.ts';
import { reportedPath } from '../src/execute/ipc/client/reported-path.ts';
import { RunnerLost } from '../src/execute/ipc/client/runner-link.ts';
import { encodeText, ipcVariables } from '../src/execute/ipc/protocol.ts';
import { isForVitest } from './vitest-server.ts';
import type { GetEnvOptions, GetEnvsQuery, RunnerClient, ToolPath } from './client.ts';

let shared: RunnerClient | undefined;

/**
 * The client of this thread. Once the runner cannot be reached, and where there is none, its calls do nothing: they throw
 * only for arguments of a wrong type. Options are those of later versions.
 */
export function load(_options?: object): RunnerClient {
  shared ??= clientIn(process.env);
  return shared;
}

const silent: RunnerClient = {
  ignoreInput: () => {},
  ignoreOutput: () => {},
  disableCache: () => {},
  getEnv: () => undefined,
  getEnvs: () => ({}),
};

function clientIn(env: NodeJS.ProcessEnv): RunnerClient {
  const { [ipcVariables.endpoint]: endpoint, [ipcVariables.token]: token } = env;
  if (endpoint === undefined || token === undefined) return silent;
  return speaking(new Runner({ endpoint, token, client: 'reprise/client', env }));
}

function speaking(runner: Runner): RunnerClient {
  let isLost = false;
  const attempt = <Value>(act: () => Value, otherwise: Value): Value => {
    if (isLost) return otherwise;
    try {
      return act();
    } catch (error) {
      if (!(error instanceof RunnerLost)) throw error;
      isLost = true;
      return otherwise;
    }
  };
  const ignore = (type: 'ignoreInput' | 'ignoreOutput') => (given: ToolPath) => {
    const path = reportedPath(pathText(given), () => process.cwd());
    if (path !== undefined) attempt(() => runner.report([{ type, path: encodeText(path) }]), undefined);
  };
  return {
    ignoreInput: ignore('ignoreInput'),
    ignoreOutput: ignore('ignoreOutput'),
    disableCache: () => {
      if (!isForVitest()) attempt(() => runner.report([{ type: 'disableCache' }]), undefined);
    },
    getEnv: (name, options) => {
      const wanted = nameText(name);
      const value = attempt(() => runner.getEnv(wanted, tracking(options)), undefined);
      return value === undefined ? undefined : asNodeDecodes(value);
    },
    getEnvs: (query, options) => {
      const pattern = namePattern(query);
      const variables = attempt(() => runner.getEnvs(pattern, tracking(options)), []);
      return Object.fromEntries(variables.map((variable) => variable.map(asNodeDecodes) as [string, string]));
    },
  };
}

function pathText(path: ToolPath): string {
  // Not by `instanceof`: test runners give a tool a global object of its own.
  if (types.isUint8Array(path)) return decodePath(path);
  if (typeof path !== 'string') throw new TypeError('A path is a string or a Uint8Array');
  return asNodeEncodes(path);
}

function nameText(name: string): string {
  if (typeof name !== 'string') throw new TypeError('The name of a variable is a string');
  return asNodeEncodes(name);
}

function namePattern(query: GetEnvsQuery): NamePattern {
  if (typeof query === 'string') return { glob: asNodeEncodes(query) };
  if (typeof query?.prefix !== 'string') throw new TypeError('Variables are asked for by a glob or { prefix: string }');
  return { prefix: asNodeEncodes(query.prefix) };
}

function tracking(options: GetEnvOptions | undefined): Tracking {
  return { tracked: options?.tracked !== false };
}

/** Half of a surrogate pair would stand for a byte. */
function asNodeEncodes(text: string): string {
  return Buffer.from(text).toString();
}
