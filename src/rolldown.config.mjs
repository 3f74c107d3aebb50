import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import { pageText } from './page-text.mjs';
import { schemaFiles } from './schema-files.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

const entries = {
  cli: 'src/cli.ts',
  index: 'src/index.ts',
  'config-loader': 'workers/config-loader.ts',
  'hash.worker': 'workers/hash.worker.ts',
  'blob.worker': 'workers/blob.worker.ts',
  'ipc-server.worker': 'workers/ipc-server.worker.ts',
  client: 'workers/client.ts',
};

/** Native modules, and what finds its own worker file beside itself, stay packages. */
const external = /^(level|classic-level|piscina|@napi-rs\/nice|lz4-napi|oxc-parser|jiti)(\/|$)/;

const modules = defineConfig({
  input: Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path))),
  platform: 'node',
  external,
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  plugins: [pageText(), removeStaleChunks(), makeExecutable('cli.mjs'), thirdPartyNotices(), schemaFiles(), withoutDeveloperTools()],
  output: {
    dir: 'dist',
    format: 'esm',
    // Everything lies side by side, so that a chunk finds a worker at `new URL('./hash.worker.mjs', import.meta.url)`.
    entryFileNames: '[name].mjs',
    chunkFileNames: ({ name, moduleIds }) => `${packageOfAll(moduleIds) ?? name}.mjs`,
    banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
    sourcemap: false,
    minify: false,
  },
});

/** What tools load and start: files that stand alone, and that everything that is a Node can `require`. */
const forTools = defineConfig({
  input: { 'node-client': 'workers/node-client.ts', 'tool-relay': 'workers/tool-relay.ts' },
  platform: 'node',
  output: { dir: 'dist', format: 'cjs', entryFileNames: '[name].cjs', sourcemap: false, minify: false },
});

// oxlint-disable-next-line import/no-default-export -- rolldown asks for it
export default [modules, forTools];

/** The package that a chunk is made of; many a package's own main file has a name that says nothing. */
function packageOfAll(modules) {
  const packages = new Set(modules.map((module) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1]));
  const [name] = packages;
  return packages.size === 1 ? name?.replace('/', '-') : undefined;
}

/** Ink looks for tools of its developers where somebody's environment has `DEV=true`; they are no part of this. */
function withoutDeveloperTools() {
  return {
    name: 'without-developer-tools',
    load(id) {
      if (id.endsWith('/node_modules/ink/build/utils.js')) return 'export const isDev = () => false;';
      return id.endsWith('/node_modules/ink/build/devtools.js') ? '' : undefined;
    },
  };
}

/** Only modules: the native parts in `dist` are built by another script. */
function removeStaleChunks() {
  return {
    name: 'remove-stale-chunks',
    writeBundle({ dir }, bundle) {
      for (const name of readdirSync(dir)) {
        if (name.endsWith('.mjs') && !(name in bundle)) rmSync(join(dir, name));
      }
    },
  };
}

function makeExecutable(name) {
  return {
    name: 'make-executable',
    writeBundle({ dir }, bundle) {
      if (name in bundle) chmodSync(join(dir, name), 0o755);
    },
  };
}
