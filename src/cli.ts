import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { renderDiagnostics } from '../ui/diagnostics.ts';
import { wantsColors, widthOf } from '../ui/terminal.ts';
import { CommandError } from './base/diagnostic.ts';
import { orAbsent } from './base/files.ts';
import type { CacheFlags } from './commands/cache.ts';
import type { RunFlags } from './commands/run.ts';

const USAGE = 2;
const BUG = 70;

/** Arguments in, exit code out; the only place that catches `CommandError`. */
async function main(args: readonly string[]): Promise<number> {
  try {
    return await obey(args);
  } catch (error) {
    if (error instanceof CommandError) return report(error);
    throw error;
  }
}

async function obey(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('reprise')
    .description('Runs package scripts and tasks in dependency order, and caches them by tracing what they read and write')
    .version(manifest.version)
    .enablePositionalOptions()
    .exitOverride();
  program
    .command('run')
    .description('run a task: `task` of the current package, or `package#task`')
    .argument('[task]')
    .argument('[args...]', 'handed to the task verbatim')
    .option('-r, --recursive', 'in every package that has the task, dependencies first')
    .option('--cache', 'cache everything, scripts too')
    .option('--no-cache', 'neither restore nor store anything')
    .option('--concurrency-limit <n|n%>', 'how many commands may run at once (default: available cores)')
    .option('--log <mode>', 'interleaved, labeled or grouped', 'interleaved')
    .option('-v, --verbose', 'a detailed report after the run')
    .option('--last-details', 'the detailed report of the last run again')
    .passThroughOptions()
    .action(async (task: string | undefined, rest: string[], flags: RunFlags) => {
      const { runCommand } = await import('./commands/run.ts');
      exitCode = await runCommand({ task, args: rest, flags });
    });
  program
    .command('cache')
    .description('what is stored: `path`, `ls`, `size`, `clean`, or `gc`')
    .argument('[action]')
    .option('--json', 'as JSON, but for `path`')
    .option('--task <task>', '`clean`: only entries of this task, or `package#task`')
    .option('--package <package>', '`clean`: only entries of this package')
    .action(async (action: string | undefined, flags: CacheFlags) => {
      const { cacheCommand } = await import('./commands/cache.ts');
      exitCode = await cacheCommand(action, flags);
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE;
  }
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
