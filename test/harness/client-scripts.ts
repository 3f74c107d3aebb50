import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const built = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/** Modules for tools, by the name that they go by in tests. The published ones are what tools have today. */
export const clientModules = [
  ['reprise/client', built('client.mjs')],
  ['@voidzero-dev/vite-task-client 0.2.0', require.resolve('vite-task-client-0.2')],
  ['@voidzero-dev/vite-task-client 0.1.1', require.resolve('vite-task-client-0.1')],
] as const;

/** Arguments for `node`: a CommonJS script that has the client of the runner as `client`. */
export function withClient(script: string): readonly string[] {
  return ['-e', `const client = require(process.env.VP_RUN_NODE_CLIENT_PATH).load();\n${script}`];
}

/** Arguments for `node`: an ES module that has one of the `clientModules` as `client`. */
export function withModule(path: string, script: string): readonly string[] {
  return ['--input-type=module', '-e', `import * as client from ${JSON.stringify(path)};\n${script}`];
}
