import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn, type IPty } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { onTestFinished } from 'vitest';
import { cli, node } from './cli.ts';
import type { Rig } from './rig.ts';

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line in a terminal, for the test that calls this. */
export function startInTerminal(rig: Rig, args: readonly string[], options: TerminalOptions = {}): TerminalRun {
  const run = new TerminalRun(rig, args, options);
  onTestFinished(() => run.dispose());
  return run;
}

/** Keeps the modes of the terminal before and after, as `stty` tells them; what interrupts it has no hold on this. */
const aroundIt = 'trap : INT; stty -g > "$0/before"; "$@"; code=$?; stty -g > "$0/after"; exit $code';

export class TerminalRun {
  /** Its exit code. */
  readonly ended: Promise<number>;
  readonly #temp: string;
  readonly #pty: IPty;
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #changes = new EventEmitter();
  #raw = '';
  #hasEnded = false;

  constructor({ root, home, temp }: Rig, args: readonly string[], { columns = 80, rows = 24, env = {} }: TerminalOptions) {
    const ours = { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: temp, TERM: 'xterm-256color' };
    this.#temp = temp;
    this.#terminal = new headless.Terminal({ cols: columns, rows, scrollback: 100_000, allowProposedApi: true });
    const words = ['-c', aroundIt, temp, node, cli, ...args];
    this.#pty = spawn('/bin/sh', words, { cols: columns, rows, cwd: root, env: { ...ours, ...env }, encoding: 'utf8' });
    this.#pty.onData((text) => this.#received(text));
    this.ended = new Promise((resolve) => this.#pty.onExit((exit) => resolve(this.#end(exit))));
  }

  /** All that was written to the terminal. */
  get raw(): string {
    return this.#raw;
  }

  /** All lines, those above the screen too; one that is wrapped is one line. Blank ones at the end are left out. */
  get lines(): string[] {
    return this.#linesFrom(0, true);
  }

  /** What can be seen, row by row. */
  get screen(): string {
    return this.#linesFrom(this.#terminal.buffer.active.baseY, false).join('\n');
  }

  get modes() {
    const read = (name: string) => readFileSync(join(this.#temp, name), 'utf8');
    const { wraparoundMode, bracketedPasteMode } = this.#terminal.modes;
    return {
      input: read('after') === read('before') ? 'restored' : 'changed',
      isCursorShown: this.#raw.lastIndexOf('\x1b[?25h') >= this.#raw.lastIndexOf('\x1b[?25l'),
      wraparoundMode,
      bracketedPasteMode,
      buffer: this.#terminal.buffer.active.type,
    };
  }

  /** Waits until `holds`; throws if the run ends without. */
  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      if (this.#hasEnded) throw new Error(`the run ended without ${what}:\n${this.lines.join('\n')}`);
      await once(this.#changes, 'change');
    }
  }

  async shows(text: string): Promise<void> {
    await this.until(() => this.screen.includes(text), `'${text}'`);
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    if (!this.#hasEnded) this.#pty.resize(columns, rows);
  }

  /** Sends it to the runner alone. */
  signal(name: NodeJS.Signals): void {
    const { pid } = this.#pty;
    process.kill(Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10), name);
  }

  async dispose(): Promise<void> {
    if (!this.#hasEnded) this.#pty.kill('SIGKILL');
    await this.ended;
    this.#terminal.dispose();
  }

  #received(text: string): void {
    this.#raw += text;
    this.#terminal.write(text, () => this.#changes.emit('change'));
  }

  async #end({ exitCode, signal }: { exitCode: number; signal?: number }): Promise<number> {
    await new Promise<void>((parsed) => this.#terminal.write('', parsed));
    this.#hasEnded = true;
    this.#changes.emit('change');
    return signal ? 128 + signal : exitCode;
  }

  #linesFrom(first: number, joinsWrapped: boolean): string[] {
    const { active } = this.#terminal.buffer;
    const lines: string[] = [];
    for (let index = first; index < active.length; index++) {
      const line = active.getLine(index);
      const text = line?.translateToString(true) ?? '';
      if (joinsWrapped && line?.isWrapped && index > first) lines.push((lines.pop() ?? '') + text);
      else lines.push(text);
    }
    return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1).map((line) => line.trimEnd());
  }
}
