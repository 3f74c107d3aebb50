import { nameOf, type WorkspacePath } from '../base/path.ts';

/**
 * Well-known private state of tools. It changes how fast a tool is, not what it makes, so it is neither input, output nor
 * a name in a listing, and it is never removed. A pattern is the end of a path; what lies below counts too.
 */
const toolCaches: readonly string[] = [
  'node_modules/.cache',
  'node_modules/.vite',
  'node_modules/.vite-temp',
  'node_modules/.vitest',
  '.eslintcache',
  '.stylelintcache',
  '.next/cache',
  '.parcel-cache',
  '.rollup.cache',
  '.rpt2_cache',
  '.swc',
  '.turbo',
  '.nx/cache',
  '.nx/workspace-data',
  '.wireit',
  '.angular/cache',
  '.svelte-kit/.cache',
  '.astro/.cache',
  '.pnp.loader.mjs.cache',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
];

/** State that package managers rewrite on every install. */
const packageManagerState: readonly string[] = [
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
  'node_modules/.pnpm-workspace-state.json',
  'node_modules/.pnpm-workspace-state-v1.json',
  'node_modules/.yarn-state.yml',
  'node_modules/.yarn-integrity',
  '.yarn/install-state.gz',
];

/** Whether the path is such state or lies in it. */
export function isToolState(path: WorkspacePath): boolean {
  return toolStatePattern.test(path) && !isBuildInfo(path);
}

/** Records by which a tool knows what it built before: an output, but never an input of the step that made it, wherever it lies. */
export function isBuildInfo(path: WorkspacePath): boolean {
  return nameOf(path).endsWith('.tsbuildinfo');
}

const toolStatePattern = new RegExp(
  `(?:^|/)(?:${[...toolCaches, ...packageManagerState].map((path) => path.replaceAll('.', '\\.')).join('|')})(?:/|$)`,
);
