import type { Task } from '../graph/task.ts';

/**
 * Whether a task would run itself for ever if it were part of a recursive selection of its own name, as a root's
 * `"build": "reprise run -r build"` would. The text is looked at word by word, so that it is found in what only a shell can split, too.
 */
export function runsItself(task: Task): boolean {
  const pieces = task.commands.flatMap((command) => command.text.split(/&&|\|\||[;|&\n]/));
  return pieces.some((piece) => isRecursiveRun(piece.trim().split(/\s+/), task.name));
}

const launchers = new Set(['npx', 'pnpx', 'bunx', 'npm', 'pnpm', 'yarn', 'bun', 'exec', 'dlx', 'x', '--']);
const runners = new Set(['reprise', 'rp', 'vp', 'vt']);

/** Flags of ours whose value is the next word. */
const flagsWithValue = new Set(['-F', '--filter', '--concurrency-limit', '--log', '--ui', '--profile', '--events']);

function isRecursiveRun(words: readonly string[], name: string): boolean {
  const start = words.findIndex((word) => !/^\w+=/.test(word) && !launchers.has(word));
  const tool = words[start];
  const isRun = tool === 'vpr' || (tool !== undefined && runners.has(tool) && words[start + 1] === 'run');
  if (!isRun) return false;

  let isRecursive = false;
  for (let index = start + (tool === 'vpr' ? 1 : 2); index < words.length; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return isRecursive && word === name;
    isRecursive ||= word === '--recursive' || /^-[a-z]*r[a-z]*$/.test(word);
    if (flagsWithValue.has(word)) index++;
  }
  return false;
}
