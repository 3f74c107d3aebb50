import { parseArgs } from 'node:util';
import { CommandError } from '../base/diagnostic.ts';
import { codeOf } from '../base/files.ts';
import { namePatternMatcher } from '../base/name-pattern.ts';
import { faithfulEnv, faithfulWords } from '../base/own-bytes.ts';
import { encodePath } from '../base/path.ts';
import type { Variable } from '../execute/ipc/client/answers.ts';
import { reportedPath } from '../execute/ipc/client/reported-path.ts';
import { RunnerLost } from '../execute/ipc/client/runner-link.ts';
import { Runner } from '../execute/ipc/client/runner.ts';
import { encodeText, ipcVariables, type Report } from '../execute/ipc/protocol.ts';

const help = `Usage: reprise tool <action>

Talks to the run that this step belongs to; for shell scripts. Outside of a run, variables are those of the own
environment, and reports do nothing.

  get-env NAME           prints the value that the variable has for the runner; exits with 1 where there is none
  get-envs PATTERN       prints NAME=value for each name that the glob fits, sorted
  ignore-input PATH...   that this step reads the paths, or anything below them, means nothing
  ignore-output PATH...  that this step writes the paths, or anything below them, means nothing
  disable-cache          the result of this step is not stored

  --untracked   for get-env and get-envs: the result does not depend on the answer
  -0, --null    for get-envs: each is ended by a NUL, not a newline
  -h, --help    this text
`;

interface Flags {
  readonly untracked?: boolean;
  readonly null?: boolean;
}

/** `undefined` outside of a run. */
type Given = { readonly runner: Runner | undefined; readonly words: readonly string[]; readonly flags: Flags };

interface Action {
  /** What it takes, as the usage says it. */
  readonly takes: '' | 'NAME' | 'PATTERN' | 'PATH...';
  readonly flags: readonly (keyof Flags)[];
  /** Gives the exit code. */
  readonly act: (given: Given) => number;
}

const actions: Readonly<Record<string, Action>> = {
  'get-env': { takes: 'NAME', flags: ['untracked'], act: getEnv },
  'get-envs': { takes: 'PATTERN', flags: ['untracked', 'null'], act: getEnvs },
  'ignore-input': { takes: 'PATH...', flags: [], act: (given) => ignore('ignoreInput', given) },
  'ignore-output': { takes: 'PATH...', flags: [], act: (given) => ignore('ignoreOutput', given) },
  'disable-cache': { takes: '', flags: [], act: ({ runner }) => tell(runner, [{ type: 'disableCache' }]) },
};

/** `reprise tool`: gives the exit code. */
export async function toolCommand(words: readonly string[]): Promise<number> {
  const { flags, name, rest, wantsHelp } = parsed(faithfulWords(words));
  if (wantsHelp) return print(help);
  const action = await actionNamed(name);
  const surplus = (Object.keys(flags) as (keyof Flags)[]).find((flag) => !action.flags.includes(flag));
  if (surplus !== undefined) throw usage(`--${surplus} does not go with 'tool ${name}'`);
  const isEnough = action.takes === 'PATH...' ? rest.length > 0 : rest.length === (action.takes === '' ? 0 : 1);
  if (!isEnough) throw usage(`'tool ${name}' takes ${action.takes === '' ? 'nothing more' : action.takes}`);
  return act(action, { words: rest, flags });
}

function parsed(words: readonly string[]) {
  const options = {
    untracked: { type: 'boolean' },
    null: { type: 'boolean', short: '0' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const { help: wantsHelp = false, ...flags } = values;
    const [name, ...rest] = positionals;
    return { flags, name, rest, wantsHelp };
  } catch (error) {
    if (!(error instanceof Error) || codeOf(error)?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
    throw usage(error.message.replace(/\. To specify.*/s, ''), 'See `reprise tool --help`');
  }
}

async function actionNamed(name: string | undefined): Promise<Action> {
  const names = Object.keys(actions);
  if (name === undefined) throw usage('nothing is said to tell the runner', `One of ${names.join(', ')}`);
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action !== undefined) return action;
  const { suggestion } = await import('../base/nearest.ts');
  throw usage(`'tool ${name}' does not exist`, suggestion(name, names) ?? `One of ${names.join(', ')}`);
}

function act({ act }: Action, given: Omit<Given, 'runner'>): number {
  const { [ipcVariables.endpoint]: endpoint, [ipcVariables.token]: token } = process.env;
  if (endpoint === undefined || token === undefined) return act({ ...given, runner: undefined });
  try {
    return act({ ...given, runner: new Runner({ endpoint, token, client: 'reprise tool', env: process.env }) });
  } catch (error) {
    if (!(error instanceof RunnerLost)) throw error;
    throw new CommandError({
      code: 'no-runner',
      message: `The runner at '${endpoint}' cannot be spoken to: ${error.message}`,
      hint: `${ipcVariables.endpoint} is for the step that it was given to, and as long as that runs`,
    });
  }
}

function getEnv({ runner, words: [name = ''], flags }: Given): number {
  const value = runner ? runner.getEnv(name, trackingOf(flags)) : ownVariable(name);
  return value === undefined ? 1 : print(`${value}\n`);
}

function getEnvs({ runner, words: [glob = ''], flags }: Given): number {
  const variables = runner ? runner.getEnvs({ glob }, trackingOf(flags)) : ownVariables(glob);
  const end = flags.null === true ? '\0' : '\n';
  return print(variables.map(([name, value]) => `${name}=${value}${end}`).join(''));
}

function ignore(type: 'ignoreInput' | 'ignoreOutput', { runner, words }: Given): number {
  const paths = words.flatMap((word) => reportedPath(word, () => process.cwd()) ?? []);
  return tell(
    runner,
    paths.map((path) => ({ type, path: encodeText(path) })),
  );
}

function tell(runner: Runner | undefined, reports: readonly Report[]): number {
  runner?.report(reports);
  return 0;
}

function trackingOf({ untracked = false }: Flags) {
  return { tracked: !untracked };
}

function ownVariable(name: string): string | undefined {
  const env = faithfulEnv(process.env);
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

function ownVariables(glob: string): readonly Variable[] {
  const fits = namePatternMatcher({ glob });
  const names = Object.entries(faithfulEnv(process.env)).filter(([name]) => fits(name));
  return names.map(([name, value = '']): Variable => [name, value]).sort(([a], [b]) => (a < b ? -1 : 1));
}

function print(text: string): number {
  process.stdout.on('error', ignoreClosedPipe).write(encodePath(text));
  return 0;
}

/** Whoever read the output has seen enough (`| head`). */
function ignoreClosedPipe(error: Error): void {
  if (codeOf(error) !== 'EPIPE') throw error;
}

function usage(message: string, hint?: string): CommandError {
  return new CommandError({ code: 'usage', message, ...(hint !== undefined && { hint }) });
}
