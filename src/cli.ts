import { readFileSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };
import { renderDiagnostics } from '../ui/diagnostics.ts';
import { wantsColors, widthOf } from '../ui/terminal.ts';
import { CommandError } from './base/diagnostic.ts';
import { orAbsent } from './base/files.ts';
import { suggestion } from './base/nearest.ts';

const USAGE = 2;
const BUG = 70;

/** Each takes the words after its name and gives the exit code. Nothing of the others is loaded. */
const commands: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  run: async (words) => (await import('./commands/run.ts')).runCommand(words),
};

const help = `Usage: reprise <command>

Runs package scripts and tasks in dependency order, and caches them by tracing what they read and write.

  reprise run [flags] [task | package#task] [args…]   run a task; \`reprise run --help\` has the flags

  -V, --version   the version
  -h, --help      this text
`;

/** Arguments in, exit code out; the only place that catches `CommandError`. */
async function main([name, ...words]: readonly string[]): Promise<number> {
  try {
    return await obey(name, words);
  } catch (error) {
    if (error instanceof CommandError) return report(error);
    throw error;
  }
}

async function obey(name: string | undefined, words: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-V') return print(`${manifest.version}\n`);
  if (name === '--help' || name === '-h' || name === 'help') return print(help);
  const command = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (command) return await command(words);
  const hint =
    name === undefined
      ? 'See `reprise --help`'
      : (suggestion(name, Object.keys(commands)) ?? `The commands are ${Object.keys(commands).join(', ')}`);
  const message = name === undefined ? 'No command is named' : `'${name}' is no command of reprise`;
  throw new CommandError({ code: 'usage', message, hint });
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function report({ diagnostics }: CommandError): number {
  const text = renderDiagnostics(diagnostics, {
    readSource: (file) => orAbsent(() => readFileSync(file, 'utf8')),
    hasColors: wantsColors(process.stderr, process.env),
    width: widthOf(process.stderr),
  });
  process.stderr.write(`${text}\n`);
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
