import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Versions that the package must run on; the first is the oldest. */
export const nodeVersions = ['20.19.0', '22.22.2', '24.21.0'];

/** The packed package, installed by npm without any script into a project of its own, and the Nodes to run it with. */
export class InstalledPackage {
  readonly project: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  readonly #directory: string;

  constructor() {
    this.#directory = realpathSync(mkdtempSync(join(tmpdir(), 'reprise-package-')));
    this.project = this.#makeProject('project');
    npm(root, 'pack', '--pack-destination', this.#directory);
    const tarball = join(this.#directory, readdirSync(this.#directory).find((name) => name.endsWith('.tgz')) ?? '');
    const list = execFileSync('tar', ['--list', '--file', tarball], { encoding: 'utf8' });
    this.files = list
      .trim()
      .split('\n')
      .map((path) => path.replace('package/', ''));
    npm(this.project, 'install', '--ignore-scripts', tarball);
    const nodes = nodeVersions.map((version) => `node-${version}@npm:node-linux-${process.arch}@${version}`);
    npm(this.#makeProject('nodes'), 'install', '--ignore-scripts', ...nodes);
  }

  /** The directory with the program of a version. */
  nodeDirectory(version: string): string {
    return join(this.#directory, `nodes/node_modules/node-${version}/bin`);
  }

  /** Runs a program of the project, as its user would who has that Node. */
  run(version: string, program: string, ...args: readonly string[]) {
    const path = [this.nodeDirectory(version), join(this.project, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    const env = { PATH: path, HOME: this.#directory, TMPDIR: this.#directory };
    const { stdout, stderr, status } = spawnSync(program, args, { cwd: this.project, env, encoding: 'utf8' });
    return { stdout, stderr, status };
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.project, path)), { recursive: true });
      writeFileSync(join(this.project, path), content);
    }
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(join(this.project, path), { recursive: true, force: true });
  }

  dispose(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #makeProject(name: string): string {
    const directory = join(this.#directory, name);
    mkdirSync(directory);
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ name, private: true, workspaces: ['packages/*'] }));
    return directory;
  }
}

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
