import nodeModule from 'node:module';
import manifest from '../package.json' with { type: 'json' };
import { CommandError } from './base/diagnostic.ts';

/** What Node compiles of ours is kept for the next start, where Node does that (≥ 22.8); `NODE_DISABLE_COMPILE_CACHE` turns it off. */
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: () => unknown };

const USAGE = 2;
const BUG = 70;

/** Each takes the words after its name and gives the exit code. Modules are most of what a short command costs: nothing else is loaded. */
const commands: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  run: async (words) => (await import('./commands/run.ts')).runCommand(words),
  why: async (words) => (await import('./commands/why.ts')).whyCommand(words),
  graph: async (words) => (await import('./commands/graph.ts')).graphCommand(words),
  cache: async (words) => (await import('./commands/cache.ts')).cacheCommand(words),
  doctor: async (words) => (await import('./commands/doctor.ts')).doctorCommand(words),
  init: async (words) => (await import('./commands/init.ts')).initCommand(words),
  completions: async (words) => (await import('./commands/completions.ts')).completionsCommand(words, Object.keys(commands)),
  tool: async (words) => (await import('./commands/tool.ts')).toolCommand(words),
};

const help = `Usage: reprise <command>      (or rp)

Runs package scripts and tasks in dependency order, and caches them by tracing
what they read and write.

  run [flags] [task] [args…]      run a task; without one, choose or list them
  why [task]                      why it would hit or not, and what would help
  graph [--html|--dot|--json]     every task and what it waits for
  cache path|ls|size|clean|gc     what is stored
  doctor                          whether caching works here
  init                            writes a config to start from
  completions bash|zsh|fish       a script that makes the shell complete
  tool get-env|ignore-input|…     what a script tells the run around it

Examples:
  reprise run build               the task \`build\` of this package
  reprise run -r build            of every package, dependencies first
  reprise run app#test --watch    of app; what follows a task is handed to it
  reprise run -v --last-details   what the last run did, and why

\`reprise <command> --help\` has more.
  -V, --version   the version
  -h, --help      this text
`;

/** Arguments in, exit code out; the only place that catches `CommandError`. */
async function main([name, ...words]: readonly string[]): Promise<number> {
  try {
    return await obey(name, words);
  } catch (error) {
    if (error instanceof CommandError) return await report(error);
    throw error;
  }
}

async function obey(name: string | undefined, words: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-V') return print(`${manifest.version}\n`);
  if (name === '--help' || name === '-h' || name === 'help') return print(help);
  const command = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (command) {
    enableCompileCache?.();
    return await command(words);
  }
  if (name === undefined) throw new CommandError({ code: 'usage', message: 'No command is named', hint: 'See `reprise --help`' });
  const { suggestion } = await import('./base/nearest.ts');
  const names = Object.keys(commands);
  const hint = suggestion(name, names) ?? `The commands are ${names.join(', ')}`;
  throw new CommandError({ code: 'usage', message: `'${name}' is no command of reprise`, hint });
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

async function report({ diagnostics }: CommandError): Promise<number> {
  const { renderMistakes } = await import('./mistakes.ts');
  process.stderr.write(`${renderMistakes(diagnostics, process.stderr, process.env)}\n`);
  return diagnostics.some(({ code }) => code === 'usage') ? USAGE : 1;
}

/** A bug of ours: what it was, for whoever reports it, and an exit code that no task has. */
function crash(error: unknown): void {
  process.stderr.write(`reprise has crashed, which is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(BUG);
}

process.on('uncaughtException', crash);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  crash(error);
}
