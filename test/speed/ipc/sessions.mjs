import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { describeMachine } from '../machine.mjs';
import { print } from '../table.mjs';

/** What a session costs. The bundle has to lie where the worker is found beside it. `node test/speed/ipc/sessions.mjs` */
const bundle = fileURLToPath(new URL('../../../dist/bench-sessions.mjs', import.meta.url));
const input = fileURLToPath(new URL('./sessions-main.ts', import.meta.url));
try {
  await build({ input, platform: 'node', output: { file: bundle, format: 'esm', codeSplitting: false }, logLevel: 'warn' });
  print(describeMachine({ node: process.execPath, tools: '', runners: [] }));
  process.exitCode = spawnSync(process.execPath, [bundle], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(bundle, { force: true });
}
