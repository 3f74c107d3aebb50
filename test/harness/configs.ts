import { readFileSync } from 'node:fs';
import { orAbsent } from '../../src/base/files.ts';
import { joinPath, type WorkspacePath } from '../../src/base/path.ts';
import { ConfigExecution, type ConfigExecutionOptions } from '../../src/config-execution.ts';
import type { Rig } from './rig.ts';

export interface ReadingOptions extends Partial<Pick<ConfigExecutionOptions, 'isReadOnly' | 'timer' | 'cancellation' | 'onOutput'>> {
  /** Added to PATH, HOME and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Reads a config as one run does that needs no other: what was given, and what was printed meanwhile. */
export async function readConfig(rig: Rig, file: string, { env = {}, isReadOnly = false, onOutput, ...rest }: ReadingOptions = {}) {
  const printed: Uint8Array[] = [];
  const take = (bytes: Uint8Array): void => {
    printed.push(bytes);
    onOutput?.(bytes);
  };
  const ours = { PATH: process.env['PATH'], HOME: rig.home, TMPDIR: rig.temp };
  const execution = new ConfigExecution({ root: rig.root, env: { ...ours, ...env }, isReadOnly, onOutput: take, ...rest });
  try {
    return { answer: await execution.execute(file as WorkspacePath), printed: () => Buffer.concat(printed).toString() };
  } finally {
    await execution.close();
  }
}

/** A statement for a config, which counts its executions where nobody looks. */
export function counting(rig: Rig): string {
  return `(await import('node:fs')).appendFileSync(${JSON.stringify(counter(rig))}, 'x');`;
}

export function executions(rig: Rig): number {
  return orAbsent(() => readFileSync(counter(rig)))?.length ?? 0;
}

function counter(rig: Rig): string {
  return joinPath(rig.temp, 'executions');
}
