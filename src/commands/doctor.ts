import { Command } from 'commander';
import { CommandError } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { parseWords } from '../base/words.ts';
import { checkHealth } from '../health-check.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import { renderHealth } from '../../ui/doctor.ts';
import { wantsColors } from '../../ui/terminal.ts';

/** `reprise doctor`: gives the exit code, which is 1 where nothing can be cached. */
export async function doctorCommand(words: readonly string[]): Promise<number> {
  const command = new Command('reprise doctor')
    .description('what caching rests on here: tracing, which is tried, the store, configs, tools; changes nothing')
    .option('--json', 'as JSON');
  const read = parseWords(command, words);
  if (read === 'help') return print(command.helpInformation());
  if (read !== undefined) throw new CommandError(read);
  const health = await checkHealth(currentDirectory(process.cwd), faithfulEnvironment(process.env));
  const isJson = command.opts<{ readonly json?: true }>().json === true;
  print(
    isJson
      ? `${JSON.stringify(health, undefined, 2)}\n`
      : `${renderHealth(health, { hasColors: wantsColors(process.stdout, process.env) })}\n`,
  );
  return health.canCache ? 0 : 1;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
