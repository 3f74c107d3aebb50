import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeWorkingDirectory } from './fresh-copy.mjs';
import { mainJob } from './verify.mjs';
import { heading, print } from './print.mjs';
import { twoRunners } from './two-runners.mjs';

const { values } = parseArgs({
  options: {
    /** Leaves the copy for a look at it. */
    keep: { type: 'boolean', default: false },
    /** Two runners at once, so many times, instead of the main job. */
    rounds: { type: 'string' },
    /** The runner to use instead of the one built here. */
    cli: { type: 'string', default: fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url)) },
  },
});
const cli = resolve(values.cli);
if (!existsSync(cli)) throw new Error(`${cli} is not there: run 'npm run build' first`);

const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds takes a number, not '${values.rounds}'`);

const directory = makeWorkingDirectory();
try {
  const problems = rounds === undefined ? await mainJob({ cli, directory }) : await twoRunners({ cli, directory, rounds });
  report(problems);
} finally {
  if (values.keep) print(`kept: ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
}

function report(problems) {
  heading(problems.length === 0 ? 'The playground is as it should be' : `${problems.length} problems`);
  for (const problem of problems) print(problem);
  if (problems.length > 0) process.exitCode = 1;
}
