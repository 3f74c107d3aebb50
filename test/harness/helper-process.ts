import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';
import { joinPath, type AbsolutePath } from '../../src/base/path.ts';
import { closeLines, openLines, type HelperLines } from '../../src/execute/spawn/helper-lines.ts';
import { SpawnerProcess, type HelperStarted } from '../../src/execute/spawn/spawner-process.ts';
import { helperPath } from './traced.ts';

export interface StartOptions {
  readonly cwd?: AbsolutePath;
  readonly env?: Readonly<Record<string, string>>;
  /** Of the helper. */
  readonly options?: readonly string[];
}

/** The spawner, spoken to as the runner does, with FIFOs in a directory of its own. It ends with the test. */
export class TestSpawner {
  readonly process: SpawnerProcess;
  readonly directory = temporaryDirectory();
  #made = 0;
  #names: AbsolutePath[] = [];

  constructor(helper = helperPath(), patience?: number) {
    this.process = new SpawnerProcess(helper, patience);
    onTestFinished(() => this.process.close());
  }

  async makeFifos(count: number): Promise<void> {
    const { directory } = this;
    const first = this.#made;
    this.#made += count;
    if (!(await this.process.makeFifos({ directory, first, count }))) throw new Error('there are no FIFOs');
    this.#names = Array.from({ length: count }, (_, index) => joinPath(directory, String(first + index)));
  }

  /** As many FIFOs as it takes must have been made. */
  lines(): HelperLines {
    const lines = openLines(this.#names.splice(0, 4));
    if (lines === undefined) throw new Error('the FIFOs cannot be opened');
    onTestFinished(() => closeLines(lines));
    return lines;
  }

  start(lines: HelperLines, command: readonly string[], { cwd = this.directory, env = {}, options = [] }: StartOptions = {}) {
    const helper = ['helper', ...options, '--report-fd', '3', '--control-fd', '4', '--', command[0] ?? '', ...command];
    return this.process.start({ cwd, env, lines: lines.names, args: helper });
  }

  /** The output and the end of a command, without any FIFOs made before. */
  async run(command: readonly string[], options: StartOptions = {}): Promise<{ started: HelperStarted; output: Buffer }> {
    await this.makeFifos(4);
    const lines = this.lines();
    const output = readAll(lines);
    const started = await this.start(lines, command, options);
    if (started.kind !== 'started') closeLines(lines);
    return { started, output: await output };
  }
}

export async function endOf(started: HelperStarted) {
  return started.kind === 'started' ? await started.ended : started;
}

export async function readAll({ stdout, report }: HelperLines): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  report.resume();
  await new Promise((resolve) => stdout.once('close', resolve));
  return Buffer.concat(chunks);
}

/** Of `/proc/<pid>/stat`: what follows the name, which is in parentheses and may hold anything, is state and numbers. */
export function parentOf(pid: number): number {
  const numbers = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number);
  return numbers?.[1] ?? 0;
}

export function temporaryDirectory(): AbsolutePath {
  const directory = realpathSync(mkdtempSync(`${tmpdir()}/spawner-test-`)) as AbsolutePath;
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
