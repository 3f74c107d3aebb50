import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import config from '../../../src/rolldown.config.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A build of ours that differs in one thing: no server is started for a step. Gives its `cli.mjs`, below `directory`. */
export async function buildDeaf(directory) {
  const dist = join(directory, 'deaf/dist');
  mkdirSync(dist, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'deaf/node_modules'));
  cpSync(join(root, 'package.json'), join(directory, 'deaf/package.json'));
  const [main] = [config].flat();
  const plugins = [...main.plugins, { name: 'deaf', transform: deafen }];
  const bundle = await rolldown({ ...main, cwd: root, input: absolute(main.input), plugins });
  await bundle.write({ ...main.output, dir: dist });
  await bundle.close();
  if (existsSync(join(root, 'dist/native'))) symlinkSync(join(root, 'dist/native'), join(dist, 'native'));
  return join(dist, 'cli.mjs');
}

function absolute(input) {
  return Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(root, path)]));
}

const listening = 'const listen = keyed && (() => openSession(ipc, ready.servedEnv));';

function deafen(code, id) {
  if (!id.endsWith('src/step-run.ts')) return null;
  const warmUp = 'if (keyed) ipc.servers.warmUp();';
  if (!code.includes(listening) || !code.includes(warmUp)) throw new Error(`${id} does not start its server where it did`);
  const nothing =
    "const listen = keyed && (async () => ({ env: {}, abandon() {}, end: async () => ({ kind: 'reported', reports: noReports }) }));";
  return `import { noReports } from './execute/ipc/reports.ts';\n${code.replace(listening, nothing).replace(warmUp, '')}`;
}
