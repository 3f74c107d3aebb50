import { decodePath } from '../../src/base/path.ts';

/** One system call as `strace -f -y -i` printed it. */
export interface Call {
  readonly pid: number;
  readonly name: string;
  /** It was made from the page that the filter lets through. */
  readonly isFree: boolean;
  readonly args: readonly Argument[];
  /** Line numbers: other calls of the log may lie in between. */
  readonly enteredAt: number;
  readonly leftAt: number;
  /** `undefined`: its end was not seen, because its process was killed or replaced. */
  readonly result: number | undefined;
  readonly errno?: string;
  /** Of a descriptor that the call gave, if its file has a name. */
  readonly resultPath?: string;
}

export interface Argument {
  readonly text: string;
  /** Of a quoted text. */
  readonly string?: string;
  /** Of a descriptor, or of `AT_FDCWD`, when the call was made. */
  readonly path?: string;
  /** The path is one that is no more. */
  readonly isDeleted?: true;
}

/** The calls of a log, in the order in which they were made. */
export function parseLog(log: string): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, Begun>();
  log.split('\n').forEach((line, at) => {
    const [, pid = '', pointer = '', text = ''] = /^(\d+) +\[([\da-f?]+)\] (.*)$/s.exec(line) ?? [];
    if (/^(?:---|\+\+\+)/.test(text) || pid === '') return;
    const resumed = /^<\.\.\. \S+ resumed>(.*)$/s.exec(text);
    const begun = open.get(pid);
    if (text.endsWith(unfinished)) {
      open.set(pid, { pid: Number(pid), isFree: isGate(pointer), text: text.slice(0, -unfinished.length), enteredAt: at });
    } else if (resumed && begun) {
      open.delete(pid);
      calls.push(parseCall({ ...begun, text: begun.text + (resumed[1] ?? '') }, at));
    } else if (!resumed) {
      calls.push(parseCall({ pid: Number(pid), isFree: isGate(pointer), text, enteredAt: at }, at));
    }
  });
  for (const begun of open.values()) calls.push(parseCall(begun, Number.POSITIVE_INFINITY));
  return calls.sort((a, b) => a.enteredAt - b.enteredAt);
}

const unfinished = ' <unfinished ...>';

interface Begun extends Pick<Call, 'pid' | 'isFree' | 'enteredAt'> {
  readonly text: string;
}

/** `GATE_ADDRESS` of `shared-log.h`, and the page that begins there. */
function isGate(pointer: string): boolean {
  return /^0*70020[\da-f]{3}$/.test(pointer);
}

function parseCall({ pid, isFree, text, enteredAt }: Begun, leftAt: number): Call {
  const start = text.indexOf('(');
  const { args, end } = parseArguments(text, start + 1);
  const [, result, errno, path] = /^\)\s+= (-?\d+|0x[\da-f]+|\?)(?: (E[A-Z0-9]+) .*|<(.*)>(?!\(deleted\)))?/s.exec(text.slice(end)) ?? [];
  return {
    pid,
    name: text.slice(0, start),
    isFree,
    args,
    enteredAt,
    leftAt,
    result: result === undefined || result === '?' ? undefined : Number(result),
    ...(errno !== undefined && { errno }),
    ...(path !== undefined && { resultPath: unescaped(path) }),
  };
}

function parseArguments(text: string, start: number): { args: Argument[]; end: number } {
  const args: Argument[] = [];
  let depth = 0;
  let begin = start;
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') at = endOfString(text, at);
    // Only what annotates a descriptor: `<` also stands in `1<<2`.
    else if (character === '<' && /[\dD]/.test(text[at - 1] ?? '') && text[at + 1] !== '<') at = text.indexOf('>', at);
    else if ('([{'.includes(character)) depth++;
    else if (depth > 0 && ')]}'.includes(character)) depth--;
    else if (depth === 0 && (character === ',' || character === ')')) {
      if (at > begin) args.push(parseArgument(text.slice(begin, at).trim()));
      begin = at + 1;
      if (character === ')') break;
    }
  }
  return { args, end: at };
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function parseArgument(text: string): Argument {
  if (text.startsWith('"')) {
    const end = endOfString(text, 0);
    if (text.slice(end + 1).startsWith('...')) throw new Error(`strace cut a text short: ${text.slice(0, 100)}`);
    return { text, string: unescaped(text.slice(1, end)) };
  }
  const [, path, deleted] = /^(?:\d+|AT_FDCWD)<(.*)>(\(deleted\))?$/s.exec(text) ?? [];
  if (path === undefined) return { text };
  return { text, path: unescaped(path), ...(deleted !== undefined && { isDeleted: true }) };
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, '"': 34, '\\': 92 };

/** strace prints bytes that are not ASCII as octal numbers. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  for (const [piece, octal, letter] of text.matchAll(/\\([0-7]{1,3})|\\(.)|[^\\]/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(letter === undefined ? piece.charCodeAt(0) : (escapes[letter] ?? letter.charCodeAt(0)));
  }
  return decodePath(Uint8Array.from(bytes));
}
