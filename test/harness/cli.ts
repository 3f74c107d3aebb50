import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { splitEnvironment } from '../../src/execute/odd-variables.ts';

/** The built command line, or the file that `REPRISE_CLI` names. */
export const cli = process.env['REPRISE_CLI'] ?? fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

export interface CliOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
  /** 128+n when a signal ended it. */
  readonly exitCode: number;
}

export interface CliOptions {
  readonly cwd: string;
  /** In the scheme of `decodePath`. */
  readonly env: Readonly<Record<string, string>>;
  /** As a user whom modes hold back, where the tests are run by root. */
  readonly isUnprivileged?: boolean;
}

/** Its user and group id. */
export const nobody = 65534;

/** The one that runs the tests, or the one that `REPRISE_NODE` names. */
export const node = process.env['REPRISE_NODE'] ?? process.execPath;

const asNobody = process.getuid?.() === 0 ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'] : [];

/** The command line as a child process, with pipes and an empty stdin. */
export class RunningCli {
  readonly ended: Promise<CliOutput>;
  readonly #child: ChildProcess;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];

  constructor(args: readonly string[], { cwd, env, isUnprivileged = false }: CliOptions) {
    const { plain, odd } = splitEnvironment(env);
    const [program = node, ...words] = [...(isUnprivileged ? asNobody : []), ...withOdd(odd), node, cli, ...args];
    const child = spawn(program, words, { cwd, env: plain, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (bytes: Buffer) => this.#stdout.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => this.#stderr.push(bytes));
    this.#child = child;
    this.ended = this.#end();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** A signal to the runner alone, as `kill <pid>` sends it. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits until its stdout holds `text`; throws if it ends without. */
  async printed(text: string): Promise<void> {
    while (!textOf(this.#stdout).includes(text)) {
      const hasEnded = await Promise.race([once(this.#child.stdout!, 'data').then(() => false), this.ended.then(() => true)]);
      if (hasEnded && !textOf(this.#stdout).includes(text)) throw new Error(`the run ended without '${text}':\n${textOf(this.#stdout)}`);
    }
  }

  async #end(): Promise<CliOutput> {
    const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null];
    return {
      stdout: textOf(this.#stdout),
      stderr: textOf(this.#stderr),
      stdoutBytes: Buffer.concat(this.#stdout),
      exitCode: code ?? 128 + constants.signals[signal ?? 'SIGKILL'],
    };
  }
}

/** Words before a program that put variables into its environment which only a shell can speak. */
function withOdd(odd: Buffer): string[] {
  if (odd.length === 0) return [];
  const octal = [...odd].map((byte) => (byte === 0 ? '\n' : `\\${byte.toString(8).padStart(3, '0')}`));
  const words = octal
    .join('')
    .trimEnd()
    .split('\n')
    .map((text) => `"$(printf '${text}')"`);
  return ['/bin/sh', '-c', `exec env ${words.join(' ')} "$@"`, 'sh'];
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString();
}
