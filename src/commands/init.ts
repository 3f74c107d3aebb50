import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { CommandError } from '../base/diagnostic.ts';
import { codeOf } from '../base/files.ts';
import { displayPath, fsPath, joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { describeSystemError } from '../base/source-text.ts';
import { parseWords } from '../base/words.ts';
import { configHomes } from '../workspace/config-homes.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import { findWorkspace } from '../workspace/root.ts';

/** `reprise init`: writes a config to start from into the workspace's root. Never touches one that is there. */
export async function initCommand(words: readonly string[]): Promise<number> {
  const command = new Command('reprise init').description(`writes ${fileName}, a config to start from, into the root of the workspace`);
  const read = parseWords(command, words);
  if (read === 'help') return print(command.helpInformation());
  if (read !== undefined) throw new CommandError(read);
  const { root } = await findWorkspace(currentDirectory(process.cwd));
  const [present] = configHomes(root, '' as WorkspacePath).own;
  if (present !== undefined) throw inTheWay(present);
  write(joinPath(root, fileName));
  return print(`${displayPath(joinPath(root, fileName))} is written. \`reprise run\` lists what can be run.\n`);
}

const fileName = 'reprise.config.ts';

const starter = `import { defineConfig } from 'reprise';

export default defineConfig({
  // Package scripts are cached, too: what they read and write is traced.
  cache: { scripts: true, tasks: true },
  tasks: {
    // A task is a named command. It may wait for others, of this package or of those it depends on:
    // build: { command: 'tsc -b', dependsOn: ['codegen', { task: 'build', from: 'dependencies' }] },
    //
    // What its result does not depend on can be left out, and variables that it does depend on are named:
    // test: { command: 'vitest run', input: [{ auto: true }, '!**/*.md'], env: ['TEST_*'] },
  },
});
`;

function write(file: AbsolutePath): void {
  try {
    writeFileSync(fsPath(file), starter, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw inTheWay(fileName);
    if (codeOf(error) === undefined) throw error;
    throw new CommandError({ code: 'unwritable-file', message: `${displayPath(file)} cannot be written: ${describeSystemError(error)}` });
  }
}

function inTheWay(file: string): CommandError {
  return new CommandError({ code: 'config-exists', message: `The root of the workspace has a config already: ${file}` });
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
