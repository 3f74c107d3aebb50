import { writeSync } from 'node:fs';
import type { ConfigAnswer } from './config-answer.ts';
import { watchEnvironment } from './config-env.ts';
import { loadConfig, makeFallback } from './load-config.ts';

/**
 * `node config-loader.mjs <config> <marker>`: executes one config, and writes a `ConfigAnswer` to stdout, between two
 * markers that the config does not know. What the config itself prints goes to stderr. Then the process ends, whatever
 * the config has left open.
 */
const [file = '', marker = ''] = process.argv.splice(2);
Object.defineProperty(process, 'stdout', { value: process.stderr, enumerable: true, configurable: true });

const env = watchEnvironment();
const outcome = await loadConfig(file, () => env.unwatched(() => makeFallback(file)));
// A thread that was started is told of a little later.
await new Promise((resolve) => setImmediate(resolve));
const answer: ConfigAnswer = { outcome, env: env.reads() };
writeAll(Buffer.from(`${marker}${JSON.stringify(answer)}${marker}`));
process.exit(0);

function writeAll(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(1, bytes, done);
}
