import { resolvePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { StepCommand, Word } from './planned.ts';
import { parseCommands, type SimpleCommand } from './shell-parse.ts';
import { literalText, literalWord, shellQuoted } from './word.ts';

/** One piece of `a && b`: what runs, where, and how the header shows it. */
export interface CommandStep {
  readonly command: StepCommand;
  readonly shown: string;
  readonly cwd: WorkspacePath;
  readonly envPrefix: readonly (readonly [name: string, value: Word])[];
}

export interface CommandContext {
  readonly root: AbsolutePath;
  readonly cwd: WorkspacePath;
  /** Further words of the last step. */
  readonly extraArgs: readonly string[];
}

/**
 * The steps of a command. Run one after the other, each only if the one before succeeded, they do what `/bin/sh -c` would do
 * with the whole text. What cannot be split so is one step for the shell; a command of nothing has no steps.
 */
export function splitCommand(text: string, context: CommandContext): CommandStep[] {
  // A backslash before the last line end takes it away, and stands for itself where there is none.
  const script = text.replace(/^[ \t\n]+|(?<!\\)\n+$/g, '');
  if (script === '') return [];
  const commands = parseCommands(script);
  const steps = commands === undefined ? undefined : foldDirectories(commands, context);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) return [shellStep({ ...context, script })];
  return [...steps.slice(0, -1).map((step) => toStep(step, [])), toStep(last, context.extraArgs)];
}

interface LocatedCommand extends SimpleCommand {
  readonly cwd: WorkspacePath;
}

/** Takes each `cd dir` into the directory of what follows; `undefined` where only a shell can tell, or nothing follows. */
function foldDirectories(commands: readonly SimpleCommand[], { root, cwd: start }: CommandContext): LocatedCommand[] | undefined {
  const located: LocatedCommand[] = [];
  let cwd = start;
  let isUnseen = false;
  for (const [index, command] of commands.entries()) {
    const name = literalText(command.words[0]);
    if (name === undefined || shellNames.has(name)) return undefined;
    if (name !== 'cd') {
      located.push({ ...command, cwd });
      isUnseen = false;
      continue;
    }
    const directory = directoryOf(command);
    if (directory === undefined || index === commands.length - 1) return undefined;
    // A shell stops at a directory that is not there. Here only those are looked at that something runs in, with all above them.
    if (isUnseen && /^\/|(?:^|\/)\.\.(?:\/|$)/.test(directory)) return undefined;
    cwd = resolvePath(root, cwd, directory);
    isUnseen = true;
  }
  return located;
}

/** Of `cd directory`, unless it says more than where to go. `a/..` is not `.` everywhere, and not where there is no `a`. */
function directoryOf({ assignments, words: [, ...words] }: SimpleCommand): string | undefined {
  const [directory, ...more] = words.map(literalText);
  if (directory === undefined || more.length > 0 || assignments.length > 0) return undefined;
  const saysMore = /^(?:-.*)?$|(?:^|\/)(?!\.{0,2}\/)[^/]+\/(?:.*\/)?\.\.(?:\/|$)/s.test(directory);
  return saysMore ? undefined : directory;
}

function toStep({ source, assignments, words, cwd }: LocatedCommand, extraArgs: readonly string[]): CommandStep {
  const allWords = [...words, ...extraArgs.map(literalWord)];
  const name = literalText(words[0]);
  if (name === 'printf' || (name === 'echo' && !isPlainEcho(allWords))) return shellStep({ script: source, cwd, extraArgs });
  const kind = name === 'echo' ? 'echo' : 'program';
  return { command: { kind, words: allWords }, shown: withArgs(source, extraArgs), cwd, envPrefix: assignments };
}

/** As far as the words themselves tell; see `shellsEchoAlike`. */
function isPlainEcho([, ...words]: readonly Word[]): boolean {
  return shellsEchoAlike(words.map((word) => word.map((part) => (part.kind === 'text' ? part.text : '')).join('')));
}

/** Shells disagree about options of `echo` and about backslashes. */
export function shellsEchoAlike(args: readonly string[]): boolean {
  return args[0]?.startsWith('-') !== true && !args.some((arg) => arg.includes('\\'));
}

interface ShellText {
  readonly script: string;
  readonly cwd: WorkspacePath;
  readonly extraArgs: readonly string[];
}

function shellStep({ script, cwd, extraArgs }: ShellText): CommandStep {
  return { command: { kind: 'shell', script, args: extraArgs }, shown: withArgs(script.trim(), extraArgs), cwd, envPrefix: [] };
}

/** The command as one types it, which is also what a shell is given. */
export function withArgs(text: string, args: readonly string[]): string {
  return [text, ...args.map(shellQuoted)].join(' ');
}

/**
 * What a shell does by itself, or does to itself. `echo`, `printf` and `cd` are looked at apart; `true`, `false` and `test` are
 * programs too, and the same ones.
 */
const shellNames = new Set(
  (
    'if then else elif fi for while until do done case esac in function select time coproc [[ { } ! . : alias bg bind break builtin ' +
    'caller chdir command compgen complete compopt continue declare dirs disown enable eval exec exit export fc fg getopts hash help ' +
    'history jobs kill let local logout mapfile popd pushd pwd read readarray readonly return set shift shopt source suspend times ' +
    'trap type typeset ulimit umask unalias unset wait'
  ).split(' '),
);
