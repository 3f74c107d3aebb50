import { mkdirSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FileContent, Rig } from './rig.ts';
import { createIgnoringTasks, type Run } from './tasks.ts';

const installed = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** An app that the real Vite builds without a word of configuration for the runner. */
export async function createViteApp(
  files: Readonly<Record<string, FileContent>> = {},
  tasks: Readonly<Record<string, string | object>> = { build: 'vite build' },
): Promise<{ rig: Rig; run: Run }> {
  const app = await createIgnoringTasks(tasks, {
    'package.json': { name: 'app', type: 'module' },
    'index.html': '<!doctype html><script type="module" src="/src/main.js"></script>\n',
    'src/main.js':
      'console.log("mode", import.meta.env.MODE, import.meta.env.VITE_TITLE, import.meta.env.APP_TITLE, process.env.NODE_ENV);\n',
    ...files,
  });
  mkdirSync(app.rig.path('node_modules/.bin'), { recursive: true });
  for (const name of ['vite', 'vitest', 'typescript']) symlinkSync(`${installed}${name}`, app.rig.path(`node_modules/${name}`));
  for (const name of ['vite', 'vitest', 'tsc']) symlinkSync(`${installed}.bin/${name}`, app.rig.path(`node_modules/.bin/${name}`));
  return app;
}

/** All that a build has put into `dist`, as one text. */
export function built(rig: Rig, directory = 'dist'): string {
  return Object.values(rig.tree(directory)).join('\n');
}
