import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { CommandError } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { codeOf } from '../base/files.ts';
import { displayPath, fsPath, type AbsolutePath } from '../base/path.ts';
import { parseWords } from '../base/words.ts';
import { taskLabel } from '../graph/task.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { withEdges } from '../plan/task-edges.ts';
import { readTaskGraph } from '../prepare.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import { wantsColors } from '../../ui/terminal.ts';

interface GraphFlags {
  /** A file; empty: to stdout. */
  readonly html?: string;
  readonly dot?: true;
  readonly json?: true;
}

/** `reprise graph`: gives the exit code. */
export async function graphCommand(words: readonly string[]): Promise<number> {
  const command = describeGraph();
  const read = parseWords(command, words);
  if (read === 'help') return print(command.helpInformation());
  if (read !== undefined) throw new CommandError(read);
  const flags = withFile(command.opts<GraphFlags>(), command.args[0]);
  const given = Object.keys(flags).map((flag) => `--${flag}`);
  if (given.length > 1) throw new CommandError({ code: 'usage', message: `${given.join(' and ')} exclude each other` });
  const cwd = currentDirectory(process.cwd);
  const text = await draw(await readTaskGraph(cwd, faithfulEnvironment(process.env)), flags);
  return flags.html ? keep(text, cwd, flags.html) : print(`${text}\n`);
}

function describeGraph(): Command {
  return new Command('reprise graph')
    .description('every task and what it waits for')
    .argument('[file]', 'of --html')
    .option('--html [=file]', 'as one page to look around in; without a file on stdout')
    .option('--dot', 'in the language of graphviz')
    .option('--json', 'as JSON, with all packages')
    .allowExcessArguments(false);
}

/** The file of `--html` may stand behind it as a word of its own. */
function withFile(flags: GraphFlags, file: string | undefined): GraphFlags {
  if (file === undefined) return flags;
  if (flags.html !== '') throw new CommandError({ code: 'usage', message: `'${file}' goes with --html` });
  return { ...flags, html: file };
}

async function draw(graph: TaskGraph, { html, dot, json }: GraphFlags): Promise<string> {
  if (json === true) {
    const { graphJson } = await import('../graph/graph-json.ts');
    return JSON.stringify(graphJson(graph), undefined, 2);
  }
  const tasks = withEdges(graph);
  if (html !== undefined) {
    const { renderGraphPage } = await import('../../ui/graph-page.ts');
    return renderGraphPage(tasks, taskLabel, displayPath(graph.workspace.root));
  }
  const { renderDot, renderGraph } = await import('../../ui/graph-text.ts');
  return dot === true
    ? renderDot(tasks, taskLabel)
    : renderGraph(tasks, taskLabel, { hasColors: wantsColors(process.stdout, process.env) });
}

function keep(text: string, cwd: AbsolutePath, file: string): number {
  try {
    writeFileSync(fsPath(resolve(cwd, file)), text);
    return print(`The graph is in ${displayPath(file)}\n`);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new CommandError({ code: 'output-lost', message: `the graph cannot be written to ${displayPath(file)}: ${code}` });
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
