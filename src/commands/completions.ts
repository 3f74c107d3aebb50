import { Command } from 'commander';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { suggestion } from '../base/nearest.ts';
import { displayPath } from '../base/path.ts';
import { parseWords } from '../base/words.ts';
import { completionScript, shells, type Flag } from '../completion-scripts.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { taskLabel } from '../graph/task.ts';
import { describeRun, parseRunWords } from '../plan/run-words.ts';
import { readTaskGraph } from '../prepare.ts';
import { currentDirectory } from '../workspace/current-directory.ts';

/** `reprise completions`: prints a script for a shell, or for such a script the tasks that may come next. `commands`: all there are. */
export async function completionsCommand(words: readonly string[], commands: readonly string[]): Promise<number> {
  if (words[0] === '--tasks') return await printTasks(words.slice(words[1] === '--' ? 2 : 1));
  const command = new Command('reprise completions')
    .description(`a script that completes commands, flags and tasks; as in \`source <(reprise completions bash)\``)
    .argument('<shell>', shells.join(', '));
  const read = parseWords(command, words);
  if (read === 'help') return print(command.helpInformation());
  if (read !== undefined) throw new CommandError(read);
  const [name = ''] = command.args;
  const shell = shells.find((one) => one === name);
  if (shell === undefined) throw new CommandError(unknownShell(name));
  return print(completionScript(shell, { commands, flags: runFlags() }));
}

function unknownShell(name: string): Diagnostic {
  return { code: 'usage', message: `There are no completions for '${name}'`, hint: suggestion(name, shells) ?? `For ${shells.join(', ')}` };
}

function runFlags(): Flag[] {
  return describeRun().options.map(({ short, long, required, argChoices, description }) => ({
    names: [short, long].filter((name) => name !== undefined && name !== null),
    takesValue: required,
    choices: argChoices ?? [],
    description,
  }));
}

/** One a line. `words` stand between `run` and what is completed. Where the workspace cannot be read there are none. */
async function printTasks(words: readonly string[]): Promise<number> {
  const read = parseRunWords(words);
  const isHere = read === 'help' || 'code' in read || read.scope.kind === 'current';
  try {
    const graph = await readTaskGraph(currentDirectory(process.cwd), faithfulEnvironment(process.env));
    const names = isHere ? namesFromHere(graph) : graph.tasks.map(({ name }) => name);
    return print([...new Set(names)].map((name) => `${displayPath(name)}\n`).join(''));
  } catch (error) {
    if (error instanceof CommandError) return 1;
    throw error;
  }
}

function namesFromHere({ tasks, workspace }: TaskGraph): string[] {
  const isHere = ({ directory }: (typeof tasks)[number]) => directory === workspace.current;
  return [...tasks.filter(isHere).map(({ name }) => name), ...tasks.map(taskLabel)];
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
