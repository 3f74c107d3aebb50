import { CommandError } from '../base/diagnostic.ts';
import type { WorkspacePath } from '../base/path.ts';
import type { CommandStep } from './command.ts';
import { queryOf } from './run-query.ts';
import { parseRunWords, type RunWords } from './run-words.ts';
import type { Selection } from './selection.ts';
import { literalText } from './word.ts';

/**
 * What a step selects that is the runner itself. `undefined` for any other step, and where only a program of its own can
 * do what is asked: words that depend on the environment or on files, a task that is not named, a report.
 */
export function nestedSelection({ command, cwd }: CommandStep, around: Selection): Selection | undefined {
  if (command.kind !== 'program' || isOutside(cwd)) return undefined;
  const words = command.words.map(literalText);
  const [tool = '', ...rest] = words.filter((word) => word !== undefined);
  const isRun = rest.length + 1 === words.length && (tool === 'vpr' || (runners.has(tool) && rest[0] === 'run'));
  if (!isRun) return undefined;

  const read = parseRunWords(tool === 'vpr' ? rest : rest.slice(1));
  if (read === 'help') return undefined;
  if ('code' in read) {
    // Another runner may have flags that we do not know.
    if (ourNames.has(tool)) throw new CommandError(read);
    return undefined;
  }
  const { task, display } = read;
  if (task === undefined || display.dryRun || display.json || display.lastDetails) return undefined;
  return { ...queryOf({ ...read, task }), ...inherited(read, around), from: cwd };
}

function inherited(words: RunWords, around: Selection): Pick<Selection, 'cache' | 'force' | 'keepGoing'> {
  return {
    cache: words.cache ?? around.cache,
    force: words.force || around.force,
    keepGoing: words.keepGoing || around.keepGoing,
  };
}

/** Another workspace's, or none's. */
function isOutside(cwd: WorkspacePath): boolean {
  return cwd === '..' || cwd.startsWith('../');
}

const ourNames = new Set(['reprise', 'rp']);
const runners = new Set([...ourNames, 'vp', 'vt']);
