import manifest from '../package.json' with { type: 'json' };
import { CommandError } from './base/diagnostic.ts';
import type { RunFlags } from './commands/run.ts';

const USAGE = 2;
const BUG = 70;

/** Arguments in, exit code out; the only place that catches `CommandError`. */
async function main(args: readonly string[]): Promise<number> {
  try {
    return await obey(args);
  } catch (error) {
    if (error instanceof CommandError) return await report(error);
    throw error;
  }
}

/** Each way loads only what it uses: modules are most of what a short command costs. */
async function obey(args: readonly string[]): Promise<number> {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) return printVersion();
  const { Command, CommanderError } = await import('commander');
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
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE;
  }
}

function printVersion(): number {
  process.stdout.write(`${manifest.version}\n`);
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
