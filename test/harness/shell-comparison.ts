import type { AbsolutePath } from '../../src/base/path.ts';
import { generateArguments, generateCommand } from './generated-commands.ts';
import { Random } from './random.ts';
import { probeDirectory, quoted, readByShell, readByUs, type Reading, type ShellName } from './shell-oracle.ts';

export interface Comparison {
  /** How many commands were run without a shell, or in more than one step. */
  readonly compared: number;
  readonly disagreements: readonly Disagreement[];
}

export interface Disagreement extends Command {
  readonly ours: Reading;
  readonly shells: readonly Reading[];
}

interface Command {
  readonly text: string;
  readonly extraArgs: readonly string[];
}

/**
 * Compares what we and some shells make of `count` generated commands. What they write must be the same for all, and our exit
 * code that of one of them. Of the commands that differ only the first is made as short as it can be.
 */
export function compareWithShells(seed: number, count: number, shells: readonly ShellName[] = ['dash']): Comparison {
  const asked = { shells, root: probeDirectory() };
  const random = new Random(seed);
  const commands = Array.from({ length: count }, () => ({
    text: generateCommand(random),
    extraArgs: random.chance(0.2) ? generateArguments(random) : [],
  }));
  const found = compare(commands, asked);
  const [first, ...rest] = found.disagreements;
  return first === undefined ? found : { ...found, disagreements: [shrink(first, asked), ...rest] };
}

interface Asked {
  /** The first is `/bin/sh`. */
  readonly shells: readonly ShellName[];
  readonly root: AbsolutePath;
}

function compare(commands: readonly Command[], { shells: names, root }: Asked): Comparison {
  const split = commands.flatMap((command) => {
    const ours = readByUs(command.text, command.extraArgs, root);
    return ours === undefined ? [] : [{ ...command, ours }];
  });
  const texts = split.map(({ text, extraArgs }) => [text.replace(/(?<!\\)\n+$/, ''), ...extraArgs.map(quoted)].join(' '));
  const readings = names.map((name) => readByShell(name, texts, root));
  const disagreements = split.flatMap((command, index) => {
    const { ours } = command;
    const shells = readings.flatMap((all) => all[index] ?? []);
    // What was left to one shell need not be what another makes of it.
    const asked = ours.usesShell ? shells.slice(0, 1) : shells;
    const isExit = ({ exitCode }: Reading): boolean => exitCode === ours.exitCode || bashFor[exitCode] === ours.exitCode;
    const isSame = asked.every(({ output }) => output === ours.output) && asked.some(isExit);
    return isSame ? [] : [{ ...command, shells }];
  });
  return { compared: split.length, disagreements };
}

/** Of a directory that is not there, and of a file in PATH that is not executable, where dash has another exit code. */
const bashFor: Readonly<Record<number, number>> = { 2: 1, 127: 126 };

/** Takes out what it can: first the arguments, then pieces of the text, ever smaller ones. */
function shrink(disagreement: Disagreement, asked: Asked): Disagreement {
  const { text, extraArgs } = disagreement;
  const without = (start: number, length: number): Command => ({ text: text.slice(0, start) + text.slice(start + length), extraArgs });
  const sizes = [16, 8, 4, 2, 1].filter((size) => size < text.length);
  const shorter = sizes.flatMap((size) => Array.from({ length: text.length - size + 1 }, (_, start) => without(start, size)));
  for (const candidate of [...(extraArgs.length > 0 ? [{ text, extraArgs: [] }] : []), ...shorter]) {
    const [smaller] = compare([candidate], asked).disagreements;
    if (smaller !== undefined) return shrink(smaller, asked);
  }
  return disagreement;
}
