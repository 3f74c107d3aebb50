import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { directoryWith } from '../../../harness/files.ts';
import { outputOf, startToolServer } from '../../../harness/tool-server.ts';

const examples = fileURLToPath(new URL('../../../../src/execute/ipc/examples', import.meta.url));

const python = `
from client import Runner
runner = Runner("an example")
runner.ignore_input("a")
runner.ignore_input(b"/\\xff")
runner.ignore_output("/out")
runner.disable_cache()
print([runner.get_env("A"), runner.get_env("NONE", tracked=False), runner.get_envs("V_*")])
`;

const go = `package main

import "fmt"

func main() {
	runner := Connect("an example")
	runner.IgnoreInput("a")
	runner.IgnoreInput("/\\xff")
	runner.IgnoreOutput("/out")
	runner.DisableCache()
	value, found := runner.GetEnv("A", true)
	_, none := runner.GetEnv("NONE", false)
	fmt.Printf("%q %v %v %q\\n", value, found, none, runner.GetEnvs("V_*", true))
}
`;

const goIsHere = spawnSync('go', ['version']).status === 0;

/** How the tool of a language is started in a directory; what it prints in a run, when the runner dies, and outside. */
const languages = [
  {
    language: 'Python',
    isHere: spawnSync('python3', ['--version']).status === 0,
    start: (directory: string) => {
      writeFileSync(`${directory}/tool.py`, python);
      return `PYTHONPATH="${examples}" PYTHONDONTWRITEBYTECODE=1 exec python3 tool.py`;
    },
    inRun: `['a\\udcff', None, {'V_1': 'one'}]\n`,
    outside: '[None, None, {}]\n',
  },
  {
    language: 'Go',
    isHere: goIsHere,
    start: (directory: string) => {
      writeFileSync(`${directory}/main.go`, go);
      copyFileSync(`${examples}/client.go`, `${directory}/client.go`);
      return `GOCACHE="${directory}/cache" GOFLAGS=-mod=mod GO111MODULE=off go build -o tool main.go client.go && exec ./tool`;
    },
    inRun: `"a\\xff" true false map["V_1":"one"]\n`,
    outside: '"" false false map[]\n',
  },
] as const;

const env = { A: { base64: 'Yf8=' }, V_1: 'one' };

describe.each(languages)('the client in $language', ({ language, isHere, start, inRun, outside }) => {
  const prepared = () => {
    const directory = directoryWith({});
    return { directory, args: ['-c', `cd "${directory}" && ${start(directory)}`] };
  };

  test('says all that it can say, and is answered', async ({ skip }) => {
    skip(!isHere, `there is no ${language} here`);
    const { directory, args } = prepared();
    const server = await startToolServer({ env });
    expect(await server.run('sh', args)).toEqual({ stdout: inRun, stderr: '', exitCode: 0 });
    expect(await server.requests()).toMatchObject([
      { type: 'ignoreInput', path: `${directory}/a` },
      { type: 'ignoreInput', path: { base64: 'L/8=' } },
      { type: 'ignoreOutput', path: '/out' },
      { type: 'disableCache' },
      { type: 'getEnv', name: 'A', tracked: true },
      { type: 'getEnv', name: 'NONE', tracked: false },
      { type: 'getEnvs', glob: 'V_*', tracked: true },
    ]);
  });

  test('does nothing outside of a run, or after it was refused', async ({ skip }) => {
    skip(!isHere, `there is no ${language} here`);
    const { args } = prepared();
    const silence = { stdout: outside, stderr: '', exitCode: 0 };
    expect(await outputOf('sh', args, {})).toEqual(silence);
    const server = await startToolServer({ refusal: '{"type":"error","code":"wrong-token","message":"the token is wrong"}' });
    expect(await server.run('sh', args)).toEqual(silence);
    expect(await server.run('sh', args, { REPRISE_IPC: '/nowhere/at/all' })).toEqual(silence);
  });
});
