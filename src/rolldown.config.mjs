import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import { pageText } from './page-text.mjs';
import { schemaFiles } from './schema-files.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

/** Native modules, and what finds its own worker file beside itself, stay packages. */
const external = /^(piscina|@napi-rs\/nice|lz4-napi|oxc-parser|jiti)(\/|$)/;

// Names of functions and classes stay, for what a defect prints.
const minify = { compress: true, mangle: { keepNames: true }, codegen: true };

const notices = thirdPartyNotices();

const threads = ['hash.worker', 'blob.worker', 'ipc-server.worker'];
const standalone = [...threads, 'config-loader', 'client'];

/** Everything lies side by side, so that a chunk finds a worker at `new URL('./hash.worker.mjs', import.meta.url)`. */
const modules = defineConfig({
  input: { cli: 'src/cli.ts', index: 'src/index.ts' },
  platform: 'node',
  external,
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  plugins: [
    pageText(),
    bindingOutside(),
    removeStaleChunks(),
    makeExecutable('cli.mjs'),
    notices,
    schemaFiles(),
    withoutDeveloperTools(),
    withoutFetching(),
  ],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].mjs',
    // What a thread does is done on the main thread where there is little of it; the thread has a file of its own.
    chunkFileNames: ({ name, moduleIds }) => `${packageOfAll(moduleIds) ?? name.replace('.worker', '')}.mjs`,
    banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
    sourcemap: false,
    minify,
    codeSplitting: {
      includeDependenciesRecursively: true,
      // A module that is read by itself costs half a millisecond. All that a run needs for certain is one file; what scripts call
      // often, and the entry, need little of it.
      groups: [
        { name: 'diagnostic', test: /[\\/]src[\\/]base[\\/]diagnostic\.ts$/, priority: 2 },
        { name: 'tool', test: /[\\/]src[\\/]commands[\\/]tool\.ts$/, priority: 1 },
        { name: 'run', test: /[\\/]src[\\/]commands[\\/]run\.ts$/ },
      ],
    },
  },
});

/** Threads, and what other programs load: each is one file, since it has to be there soon. */
const alone = standalone.map((name) =>
  defineConfig({
    input: { [name]: `workers/${name}.ts` },
    platform: 'node',
    external,
    plugins: [notices],
    output: { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs', sourcemap: false, minify, codeSplitting: false },
  }),
);

/** What tools load and start: files that stand alone, and that everything that is a Node can `require`. */
const forTools = defineConfig({
  input: { 'node-client': 'workers/node-client.ts', 'tool-relay': 'workers/tool-relay.ts' },
  platform: 'node',
  output: { dir: 'dist', format: 'cjs', entryFileNames: '[name].cjs', sourcemap: false, minify: false },
});

// oxlint-disable-next-line import/no-default-export -- rolldown asks for it
export default [modules, ...alone, forTools];

/** The package that a chunk is made of; many a package's own main file has a name that says nothing. */
function packageOfAll(modules) {
  const packages = new Set(modules.map((module) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1]));
  const [name] = packages;
  return packages.size === 1 ? name?.replace('/', '-') : undefined;
}

/** The database's native part finds its file from where its package is; all around it is bundled. */
function bindingOutside() {
  return {
    name: 'binding-outside',
    resolveId: {
      filter: { id: /^\.\/binding$/ },
      handler: (_id, importer) =>
        /[\\/]classic-level[\\/]/.test(importer ?? '') ? { id: 'classic-level/binding.js', external: true } : null,
    },
  };
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

/** Yoga asks `fetch` for bytes that it holds itself, for which Node loads a whole client of HTTP: 30 ms. */
function withoutFetching() {
  return {
    name: 'without-fetching',
    transform: { filter: { id: /yoga-wasm-base64-esm\.js$/ }, handler: (code) => code.replaceAll('typeof fetch', '"undefined"') },
  };
}

/** Only modules: the native parts in `dist` are built by another script. */
function removeStaleChunks() {
  return {
    name: 'remove-stale-chunks',
    writeBundle({ dir }, bundle) {
      for (const name of readdirSync(dir)) {
        const isOurs = name in bundle || standalone.includes(name.slice(0, -'.mjs'.length));
        if (name.endsWith('.mjs') && !isOurs) rmSync(join(dir, name));
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
