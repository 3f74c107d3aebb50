import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

/**
 * Writes `dist/index.d.ts` and `dist/client.d.ts`: what the entries of the package export, and all that their types are made
 * of, in files that import nothing but Node's own types. A user needs none of the packages that the types come from.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(join(root, 'dist'), { recursive: true });
// In the repository, so that the packages are found from there.
const declarations = mkdtempSync(join(root, 'dist/declarations-'));
try {
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', root, '--outDir', declarations];
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', root, ...options], { stdio: 'inherit' });
  await build({
    input: { index: join(declarations, 'src/index.d.ts'), client: join(declarations, 'workers/client.d.ts') },
    // Declarations keep the `.ts` of the imports that they were made from.
    resolve: { extensionAlias: { '.ts': ['.d.ts', '.ts'] } },
    plugins: [dts({ dtsInput: true, emitDtsOnly: true, tsconfig: false })],
    output: { dir: join(root, 'dist'), format: 'esm', entryFileNames: '[name].mjs' },
    logLevel: 'warn',
    checks: { pluginTimings: false },
  });
} finally {
  rmSync(declarations, { recursive: true });
}
