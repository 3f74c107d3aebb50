import type { Diagnostic } from '../base/diagnostic.ts';
import { displayPath, type AbsolutePath } from '../base/path.ts';
import type { PlannedStep } from './planned.ts';

/** The exit code of a step that cannot run: that of a shell where there is one. */
export function exitCodeFor({ code }: Diagnostic): number {
  if (code === 'program-not-found') return 127;
  return code === 'program-not-executable' ? 126 : 1;
}

export function missingDirectory({ cwd, label }: PlannedStep): Diagnostic {
  return { code: 'missing-directory', message: `Directory '${displayPath(cwd)}' of '${displayPath(label)}' does not exist` };
}

/** `found` is what stands where the program should be. */
export function noProgram(name: string, { label, cwd }: PlannedStep, found: AbsolutePath | undefined): Diagnostic {
  const program = `Program '${displayPath(name)}' of '${displayPath(label)}'`;
  if (found !== undefined) {
    const hint = `${displayPath(found)} is no file that you may execute: chmod +x may help`;
    return { code: 'program-not-executable', message: `${program} cannot be executed`, hint };
  }
  const hint = name.includes('/')
    ? `Nothing stands there, seen from '${displayPath(cwd) || '.'}'`
    : 'It is neither in node_modules/.bin of the package or the root, nor in PATH';
  return { code: 'program-not-found', message: `${program} is not found`, hint };
}

/** What no program can be given. */
export function invalidCommand({ label, shown }: PlannedStep): Diagnostic {
  const message = `The command of '${displayPath(label)}' holds a NUL character: ${displayPath(shown)}`;
  return { code: 'invalid-command', message, hint: 'Take it out: words of a command end at it' };
}
