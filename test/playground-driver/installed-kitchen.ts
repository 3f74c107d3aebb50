import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { makeFreshCopy, makeWorkingDirectory } from './fresh-copy.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The playground with its packages installed, for tests to copy. */
    readonly kitchen: string;
  }
}

/** Installs the playground once for the whole suite; `REPRISE_KITCHEN` names one that is installed already. */
export function setup(project: TestProject): (() => void) | undefined {
  const installed = process.env['REPRISE_KITCHEN'];
  if (installed !== undefined) {
    project.provide('kitchen', installed);
    return undefined;
  }
  const directory = makeWorkingDirectory();
  makeFreshCopy(directory);
  project.provide('kitchen', directory);
  return () => rmSync(directory, { recursive: true, force: true });
}
