/**
 * Whether the call at hand is Vite's for a server that Vitest makes. Vite asks that no result of a server be kept; Vitest
 * has one only to transform modules, and a run of tests that ends is as good as any other command.
 */
export function isForVitest(): boolean {
  const [vite = '', ...others] = callers();
  return isOfVite(vite) && others.find((frame) => !isOfVite(frame))?.includes('/vitest/dist/') === true;
}

/** The stack above this module's bundle, the caller first. */
function callers(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 20;
  const { stack = '' } = new Error('asked not to be cached');
  Error.stackTraceLimit = stackTraceLimit;
  const frames = stack.replaceAll('\\', '/').split('\n').slice(1);
  const [own = ''] = frames;
  const file = /[^/]*(?=:\d+:\d+)/.exec(own)?.[0] ?? '';
  return frames.slice(frames.findIndex((frame) => !frame.includes(file)));
}

function isOfVite(frame: string): boolean {
  return frame.includes('/vite/dist/node/');
}
