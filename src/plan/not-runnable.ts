import type { Diagnostic } from '../base/diagnostic.ts';
import { displayPath, type AbsolutePath } from '../base/path.ts';
import type { PlannedStep } from './planned.ts';

/** The exit code of a step that cannot run: that of a shell where there is one. */
export function exitCodeFor({ code }: Diagnostic): number {
  if (code === 'program-not-found') return 127;
  return code === 'program-not-executable' ? 126 : 1;
}

export function missingDirectory({ cwd, label }: PlannedStep): Diagnostic {
  const message = `Directory '${displayPath(cwd)}' of '${label}' does not exist`;
  return { code: 'missing-directory', message, hint: "It is the 'cwd' of the task, or where its command goes by cd" };
}

interface ProgramSearch {
  /** What stands where the program should be, but cannot be executed. */
  readonly found: AbsolutePath | undefined;
  /** PATH of the runner. */
  readonly path: string | undefined;
}

export function noProgram(name: string, { label, cwd }: PlannedStep, { found, path }: ProgramSearch): Diagnostic {
  const program = `Program '${displayPath(name)}' of '${label}'`;
  if (found !== undefined) {
    const hint = `${displayPath(found)} is no file that you may execute: chmod +x may help`;
    return { code: 'program-not-executable', message: `${program} cannot be executed`, hint };
  }
  const message = `${program} is not found`;
  if (name.includes('/'))
    return { code: 'program-not-found', message, hint: `Nothing stands there, seen from '${displayPath(cwd) || '.'}'` };
  const inPath = path ? 'nor in PATH' : 'and PATH is empty';
  return { code: 'program-not-found', message, hint: `It is neither in node_modules/.bin of the package or the root, ${inPath}` };
}

/** Whether no program can be given a text: it holds a NUL, or half of a surrogate pair, which no UTF-8 stands for. */
export function isUnspeakable(text: string): boolean {
  return /[\0\p{Cs}]/u.test(text);
}

export function invalidCommand({ label, shown }: PlannedStep): Diagnostic {
  const message = `The command of '${label}' holds a NUL character or half a surrogate pair`;
  return { code: 'invalid-command', message, hint: `Take it out of ${displayPath(shown.replace(/\p{Cs}/gu, '\uFFFD'))}` };
}
