import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig, RunResult } from './rig.ts';

export interface LoadedRun extends RunResult {
  /** Names of our own modules and of packages, sorted. Those of worker threads too. */
  readonly loaded: readonly string[];
}

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** Runs the command line, and tells what it loaded: coverage names every script, on every Node and without a loader. */
export async function runAndList(rig: Rig, args: readonly string[]): Promise<LoadedRun> {
  const directory = mkdtempSync(join(rig.temp, 'coverage-'));
  const result = await rig.run(args, { env: { NODE_V8_COVERAGE: directory } });
  const urls = readdirSync(directory).flatMap((name) => {
    const { result: scripts } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as Coverage;
    return scripts.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
  return { ...result, loaded: [...new Set(urls.map(nameOf))].sort() };
}

function nameOf(url: string): string {
  return /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1] ?? url.slice(url.lastIndexOf('/') + 1);
}
