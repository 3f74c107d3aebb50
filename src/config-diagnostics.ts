import { fileURLToPath } from 'node:url';
import type { Diagnostic, SourcePlace } from './base/diagnostic.ts';
import { displayPath, isInside, normalizeAbsolute, toWorkspacePath, type AbsolutePath, type WorkspacePath } from './base/path.ts';
import { longestSeconds, type ConfigRun } from './config-process.ts';
import { exitCodeOf } from './execute/execution.ts';
import type { ConfigOutcome } from '../workers/config-answer.ts';

/** The value that executing a config gave, or what its user has to mend. */
export function readAnswer(run: ConfigRun, file: WorkspacePath, root: AbsolutePath): { readonly value: unknown } | Diagnostic {
  const { answer } = run;
  if (answer === undefined || run.cutShort) return noAnswer(run, file);
  const { outcome } = answer;
  switch (outcome.kind) {
    case 'value':
      return { value: outcome.value };
    case 'threw':
      return threw(outcome, file, root);
    case 'not-plain': {
      const { path, found } = outcome;
      const what = path === '' ? 'what it exports' : `'${path}'`;
      return {
        code: 'invalid-config',
        message: `${displayPath(file)}: ${what} is ${found}, and only plain data can stand there`,
        at: { file },
      };
    }
  }
}

function noAnswer({ cutShort, execution: { exit } }: ConfigRun, file: WorkspacePath): Diagnostic {
  const name = displayPath(file);
  if (cutShort === 'too-slow')
    return { code: 'config-timeout', message: `${name} gave no value within ${longestSeconds} s and was ended`, at: { file } };
  if (cutShort === 'interrupted')
    return { code: 'config-failed', message: `${name} gave no value before it was interrupted`, at: { file } };
  const how = exit.kind === 'not-started' ? `could not be started: ${exit.why}` : `ended with exit code ${exitCodeOf(exit)}`;
  return { code: 'config-failed', message: `${name} gave no value: its process ${how}`, at: { file } };
}

function threw({ message, stack }: ConfigOutcome & { kind: 'threw' }, file: WorkspacePath, root: AbsolutePath): Diagnostic {
  const [firstLine = ''] = message.split('\n');
  return { code: 'config-failed', message: `${displayPath(file)} failed: ${firstLine.trim()}`, at: placeIn(stack, root) ?? { file } };
}

/** The topmost place in the user's own files. */
function placeIn(stack: string, root: AbsolutePath): SourcePlace | undefined {
  for (const line of stack.split('\n')) {
    const [, place = '', row, column] = /((?:file:\/\/)?\/.*?):(\d+)(?::(\d+))?\)?\s*$/.exec(line) ?? [];
    const path = normalizeAbsolute(place.startsWith('file://') ? fileURLToPath(place) : place);
    if (!isInside(root, path) || path.includes('/node_modules/') || path === root) continue;
    return { file: toWorkspacePath(root, path), line: Number(row), ...(column !== undefined && { column: Number(column) }) };
  }
  return undefined;
}
