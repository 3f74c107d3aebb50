import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeProject } from './projects.mjs';

const node = process.execPath;

/**
 * What real tools do, each on a project of its own in the workspace: `command` runs in `cwd`, after `prepare`, which brings the
 * project into the state in which every run starts. Projects that are there already are left as they are.
 */
export function makeLoads(workspace) {
  const tool = (path) => join(workspace, 'node_modules', path);
  return [
    load('tsc 6', 'tsc-6', [node, tool('typescript/bin/tsc'), '-p', '.'], { makes: ['dist'] }),
    load('tsc 7', 'tsc-7', [node, tool('typescript-7/bin/tsc'), '-p', '.'], { makes: ['dist'] }),
    load('vite build', 'vite', [node, tool('vite/bin/vite.js'), 'build'], { makes: ['dist'] }),
    load(
      'esbuild',
      'esbuild',
      [tool('@esbuild/linux-x64/bin/esbuild'), '--bundle', 'src/index.ts', '--outfile=out.js', '--log-level=error'],
      {
        makes: ['out.js'],
      },
    ),
    load('webpack', 'webpack', [node, tool('webpack/bin/webpack.js')], { makes: ['dist'] }),
    load('vitest run', 'vitest', [node, tool('vitest/vitest.mjs'), 'run'], { makes: ['.cache'] }),
    load('eslint', 'eslint', [node, tool('eslint/bin/eslint.js'), '.'], {}),
    load('find', 'files', ['/usr/bin/find', '.', '-name', '*.none'], {}),
    load('cp -r', 'files', ['/bin/cp', '-r', 'src', 'copy'], { makes: ['copy'] }),
    load('git status', 'git', ['/usr/bin/git', 'status', '--short'], {}),
    load('make', 'make', ['/usr/bin/make', '-B', '-j2', '-s'], {}),
  ].filter(({ command }) => existsSync(command[0]));

  function load(name, project, command, { makes = [] }) {
    const cwd = join(workspace, 'projects', project);
    if (!existsSync(cwd)) {
      mkdirSync(cwd, { recursive: true });
      writeProject(project, cwd);
    }
    const prepare = () => makes.forEach((path) => rmSync(join(cwd, path), { recursive: true, force: true }));
    return { name, cwd, command, prepare };
  }
}

/** The same on every machine, and next to nothing: `NODE_EXTRA_CA_CERTS` would cost every Node 10 to 40 ms. */
export function toolEnvironment(home) {
  mkdirSync(home, { recursive: true });
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    CI: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}
