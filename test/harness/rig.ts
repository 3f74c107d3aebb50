import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import { isAbsence } from '../../src/base/files.ts';
import { fsPath, joinPath, type AbsolutePath } from '../../src/base/path.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import { nobody, RunningCli, type CliOutput } from './cli.ts';
import { CommandServer, type DrivenCommand } from './commands.ts';
import { readTree } from './tree.ts';

export interface RunOptions {
  /** Added to an environment that holds nothing but PATH, HOME and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>;
  /** Relative to the root. */
  readonly cwd?: string;
  /** As a user whom modes hold back; see `Rig.handOver`. */
  readonly isUnprivileged?: boolean;
}

export interface RunResult extends CliOutput {
  /** Of the last run that left one. */
  readonly record: RunRecord | undefined;
}

const recordPath = 'node_modules/.cache/reprise/last-run.json';

/** Objects become JSON. */
export type FileContent = string | Uint8Array | object;

/** A workspace for the test that calls this; what it leaves behind is ended and removed after the test. */
export async function createRig(): Promise<Rig> {
  const directory = (await realpath(await mkdtemp(`${tmpdir()}/reprise-rig-`))) as AbsolutePath;
  await Promise.all(['workspace', 'home', 'temp'].map((name) => mkdir(joinPath(directory, name))));
  const rig = new Rig(directory);
  onTestFinished(() => rig.dispose());
  return rig;
}

export class Rig {
  readonly root: AbsolutePath;
  /** HOME and TMPDIR of the runs. */
  readonly home: AbsolutePath;
  readonly temp: AbsolutePath;
  readonly #directory: AbsolutePath;
  readonly #running = new Set<RunningCli>();
  #commands: Promise<CommandServer> | undefined;

  constructor(directory: AbsolutePath) {
    this.#directory = directory;
    this.root = joinPath(directory, 'workspace');
    this.home = joinPath(directory, 'home');
    this.temp = joinPath(directory, 'temp');
  }

  path(relative: string): AbsolutePath {
    return joinPath(this.root, relative);
  }

  async write(files: Readonly<Record<string, FileContent>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(fsPath(dirname(this.path(path))), { recursive: true });
      await writeFile(fsPath(this.path(path)), toBytes(content));
    }
  }

  async remove(...paths: readonly string[]): Promise<void> {
    for (const path of paths) await rm(fsPath(this.path(path)), { recursive: true });
  }

  /** See `readTree`. A directory that is not there is an empty tree. */
  tree(directory = ''): Record<string, string> {
    return readTree(this.path(directory));
  }

  async command(name: string): Promise<DrivenCommand> {
    this.#commands ??= CommandServer.listen(joinPath(this.#directory, 'commands.sock'));
    return (await this.#commands).command(name);
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    // A run that left no record must not be judged by the one before it.
    if (!args.includes('--last-details')) await rm(this.path(recordPath), { recursive: true, force: true });
    const output = await this.start(args, options).ended;
    return { ...output, record: await this.record() };
  }

  /** For tests that act while it runs. */
  start(args: readonly string[], { env = {}, cwd = '', isUnprivileged = false }: RunOptions = {}): RunningCli {
    const ours = { PATH: process.env['PATH'] ?? '', HOME: this.home, TMPDIR: this.temp };
    const cli = new RunningCli(args, { cwd: this.path(cwd), env: { ...ours, ...env }, isUnprivileged });
    this.#running.add(cli);
    void cli.ended.then(() => this.#running.delete(cli));
    return cli;
  }

  /** Gives everything to the user that unprivileged runs have. */
  handOver(): void {
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', `${nobody}:${nobody}`, this.#directory]);
  }

  async record(): Promise<RunRecord | undefined> {
    try {
      return JSON.parse(await readFile(this.path(recordPath), 'utf8')) as RunRecord;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  async dispose(): Promise<void> {
    const running = [...this.#running];
    for (const cli of running) cli.signal('SIGKILL');
    await Promise.all(running.map((cli) => cli.ended));
    await (await this.#commands)?.close();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

function toBytes(content: FileContent): string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array ? content : `${JSON.stringify(content, undefined, 2)}\n`;
}
