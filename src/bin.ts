import nodeModule from 'node:module';

/** What Node compiles of ours is kept for the next start, where Node does that (≥ 22.8); `NODE_DISABLE_COMPILE_CACHE` turns it off. */
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: () => unknown };
enableCompileCache?.();
await import('./cli.ts');
