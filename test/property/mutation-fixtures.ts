import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { reporting } from '../harness/reporting.ts';
import { createRig, type FileContent, type Rig } from '../harness/rig.ts';
import { copyKitchen } from '../playground-driver/kitchen.ts';

export interface Fixture {
  readonly rig: Rig;
  readonly task: string;
}

const workspaces: Readonly<Record<string, { readonly script: string; readonly files: Readonly<Record<string, FileContent>> }>> = {
  shell: {
    script: 'sh build.sh',
    files: {
      'build.sh': [
        'set -eu',
        'mkdir -p dist',
        'for one in parts/*.txt; do cat "$one" >> dist/all.txt.new; done',
        'mv dist/all.txt.new dist/all.txt',
        '[ -f override.txt ] && cat override.txt >> dist/all.txt',
        'cat latest >> dist/all.txt',
        '[ -x tool.sh ] && ./tool.sh > dist/tool.txt',
        'readlink latest > dist/where.txt',
        'test -d extra || true',
      ].join('\n'),
      'tool.sh': '#!/bin/sh\nread line < parts/deep/d.txt\necho "$line"\n',
      'parts/a.txt': 'a\n',
      'parts/b.txt': 'b\n',
      'parts/deep/d.txt': 'd\n',
    },
  },
  node: {
    script: 'node build.mjs',
    files: {
      'build.mjs': [
        "import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';",
        "import { createRequire } from 'node:module';",
        "import { helper } from './lib/helper.mjs';",
        'const require = createRequire(import.meta.url);',
        "const names = readdirSync('src', { recursive: true }).sort();",
        "const texts = names.filter((name) => statSync(`src/${name}`).isFile()).map((name) => readFileSync(`src/${name}`, 'utf8'));",
        "const local = existsSync('settings.local.json') ? require('./settings.local.json') : require('./settings.json');",
        "mkdirSync('out', { recursive: true });",
        "writeFileSync('out/result.json', JSON.stringify({ texts: texts.map(helper), local, link: readlinkSync('latest'), behind: readFileSync('latest', 'utf8') }));",
      ].join('\n'),
      'lib/helper.mjs': 'export const helper = (text) => text.toUpperCase();\n',
      'settings.json': { colour: 'red' },
      'src/one.txt': 'one',
      'src/two.txt': 'two',
      'src/sub/three.txt': 'three',
      'parts/a.txt': 'a',
    },
  },
  'git describe': {
    script: 'git describe --always --dirty > version.txt',
    files: { 'a.txt': 'a', 'b/c.txt': 'c', '.gitignore': 'version.txt\nnode_modules\n', 'parts/a.txt': 'a' },
  },
  'find and ls': {
    script: "find . -name node_modules -prune -o -type f -name '*.txt' -print | sort > list.out && ls -R docs > docs.out",
    files: { 'docs/a.txt': 'a', 'docs/b/c.txt': 'c', 'docs/b/d/e.txt': 'e', 'parts/a.txt': 'p' },
  },
  python: {
    script: 'python3 build.py',
    files: {
      'build.py': [
        'import glob, os, sys',
        'sys.path.insert(0, "lib")',
        'import words',
        'os.makedirs("out", exist_ok=True)',
        'text = "".join(open(name).read() for name in sorted(glob.glob("src/**/*.txt", recursive=True)))',
        'extra = open("extra.txt").read() if os.path.exists("extra.txt") else ""',
        'open("out/text.txt", "w").write(words.shout(text + extra) + os.readlink("latest"))',
      ].join('\n'),
      'lib/words.py': 'def shout(text):\n    return text.upper()\n',
      'src/a.txt': 'a',
      'src/deep/b.txt': 'b',
      'parts/a.txt': 'p',
    },
  },
  'a tool that reports': {
    script: 'node build.mjs && ls out > list.out',
    files: {
      'runner.mjs': reporting,
      'build.mjs': [
        "import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';",
        "import * as runner from './runner.mjs';",
        "for (const path of ['.mine', 'later', 'out', 'src/private']) await runner.ignoreInput(path);",
        "for (const path of ['.mine', 'log.txt']) await runner.ignoreOutput(path);",
        "const asked = [await runner.getEnv('HOME'), await runner.getEnv('API'), await runner.getEnvs({ prefix: 'VITE_' })];",
        "const before = existsSync('.mine/state') ? readFileSync('.mine/state', 'utf8') : '';",
        "const names = [...readdirSync('.'), ...readdirSync('src')].filter((name) => name !== 'private');",
        "readFileSync('src/private/a.txt');",
        "mkdirSync('out', { recursive: true });",
        "for (const name of readdirSync('out')) rmSync(`out/${name}`);",
        "writeFileSync('out/all', [readFileSync('src/a.txt'), existsSync('extra.txt'), ...names, JSON.stringify(asked)].join());",
        "mkdirSync('.mine', { recursive: true });",
        "writeFileSync('.mine/state', `${before}.`);",
        "writeFileSync('log.txt', before);",
      ].join('\n'),
      'src/a.txt': 'a',
      'src/private/a.txt': 'a',
      'out/old': 'was there before',
      'parts/a.txt': 'p',
    },
  },
  'a program elsewhere': {
    script: 'sh build.sh',
    files: {
      'build.sh': '"$HOME/bin/tool" "${WHO:-nobody}" > made.out\n',
      '../home/bin/tool': '#!/bin/sh\necho "$1"\nprintenv LOGNAME || true\n',
      'parts/a.txt': 'p',
    },
  },
  'four parts': {
    script: 'cat a.txt > one.out && cat one.out b.txt > two.out && mkdir -p made && cp two.out made/three.out && ls parts made > four.out',
    files: { 'a.txt': 'a', 'b.txt': 'b', 'parts/a.txt': 'p' },
  },
};

export const ownFixtures = Object.keys(workspaces);

/** A small workspace whose one task is `build`, run once. */
export async function makeFixture(name: string): Promise<Fixture> {
  const rig = await createRig();
  const { script, files } = workspaces[name] ?? { script: 'false', files: {} };
  await rig.write({ 'package.json': { name: 'fixture', private: true, scripts: { build: script } }, ...files });
  symlinkSync('parts/a.txt', rig.path('latest'));
  if ('tool.sh' in files) chmodSync(rig.path('tool.sh'), 0o755);
  if (name === 'a program elsewhere') chmodSync(`${rig.home}/bin/tool`, 0o755);
  if (name === 'git describe') commitAll(rig);
  await runTwice(rig, ['run', '--cache', 'build']);
  return { rig, task: 'build' };
}

/** The playground's packages, each with a tool of its own. */
export const kitchenPackages = ['recipe', 'scale', 'format', 'badge', 'widget', 'app', 'style', 'unit', 'units', 'icons'];

export async function makeKitchen(): Promise<Rig> {
  const rig = await copyKitchen();
  await runTwice(rig, ['run', '-r', '--cache', 'build']);
  return rig;
}

async function runTwice(rig: Rig, args: readonly string[]): Promise<void> {
  await rig.run(args);
  const { record, stdout, stderr } = await rig.run(args);
  if (record?.totals.misses !== 0) throw new Error(`the second run does not hit:\n${stdout}${stderr}`);
}

function commitAll(rig: Rig): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: rig.root });
  git('init', '--quiet');
  git('add', '--all');
  git(
    '-c',
    'user.name=Oracle',
    '-c',
    'user.email=oracle@reprise.invalid',
    '-c',
    'commit.gpgsign=false',
    'commit',
    '--quiet',
    '--message',
    'One',
  );
  git('-c', 'user.name=Oracle', '-c', 'user.email=oracle@reprise.invalid', 'tag', 'v1.0.0');
}
