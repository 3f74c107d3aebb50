import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../../../src/base/path.ts';
import { makeTaskId } from '../../../src/graph/task.ts';
import { splitCommand } from '../../../src/plan/command.ts';
import type { StepOwner } from '../../../src/plan/planned.ts';
import { makeReady, type ReadyContext } from '../../../src/plan/ready.ts';
import { directoryWith } from '../../harness/files.ts';

const program = '#!/bin/sh\n';
const directory = 'a' as WorkspacePath;
const files = { auto: true, include: [], exclude: [] };

function ready(root: AbsolutePath, text: string, env: ReadyContext['env'] = {}, extraArgs: string[] = []) {
  const [step] = splitCommand(text, { root, cwd: directory, extraArgs });
  if (step === undefined) throw new Error('no step');
  const caching = {
    kind: 'cached',
    enabled: undefined,
    env: ['E_*'],
    untrackedEnv: [],
    input: files,
    output: files,
    network: 'allow',
    trace: 'full',
  } as const;
  const planned = { ...step, task: makeTaskId(directory, 't'), label: 'a#t', index: 0, owner: '' as StepOwner, caching };
  return makeReady(planned, { root, directory, env });
}

test('programs of the package win over those of the root, and those over the PATH', () => {
  const root = directoryWith({
    'a/node_modules/.bin/one': program,
    'node_modules/.bin/one': program,
    'node_modules/.bin/two': program,
    'path/two': program,
    'path/three': program,
  });
  const found = (name: string) => ready(root, name, { PATH: `${root}/path` });
  expect(found('one')).toMatchObject({ program: `${root}/a/node_modules/.bin/one`, programName: 'a/node_modules/.bin/one' });
  expect(found('two')).toMatchObject({ program: `${root}/node_modules/.bin/two`, programName: 'node_modules/.bin/two' });
  expect(found('three')).toMatchObject({ program: `${root}/path/three`, programName: 'path/three' });
});

test('a program outside the workspace keeps the name as written', () => {
  expect(ready(directoryWith({ 'a/x': '' }), 'env x', { PATH: '/usr/bin' })).toMatchObject({
    program: '/usr/bin/env',
    programName: 'env',
    args: ['x'],
  });
});

test('a program with a slash is a path from the directory of the step', () => {
  const root = directoryWith({ 'a/bin/x': program, 'a/src/y': program });
  expect(ready(root, './bin/x')).toMatchObject({ program: `${root}/a/bin/x`, programName: 'a/bin/x' });
  expect(ready(root, 'cd src && ../bin/x')).toMatchObject({ program: `${root}/a/bin/x`, cwd: `${root}/a/src` });
});

test('directories and files that may not be executed are no programs', () => {
  const root = directoryWith({ 'a/node_modules/.bin/x/y': '', 'node_modules/.bin/x': '', 'path/x': program });
  expect(ready(root, 'x', { PATH: `${root}/path` })).toMatchObject({ program: `${root}/path/x` });
});

test('a PATH before the command is searched for it', () => {
  const root = directoryWith({ 'a/tools/x': program });
  expect(ready(root, 'PATH=tools:$PATH x')).toMatchObject({ program: `${root}/a/tools/x` });
});

test('a program that is nowhere is a diagnostic', () => {
  const root = directoryWith({ 'a/x': '' });
  expect(ready(root, 'gone')).toMatchObject({ code: 'program-not-found', message: "Program 'gone' of 'a#t' is not found" });
  expect(ready(root, './gone')).toMatchObject({ code: 'program-not-found', hint: "Nothing stands there, seen from 'a'" });
});

test('a program that may not be executed is a diagnostic that says so', () => {
  const root = directoryWith({ 'a/x': '' });
  const message = "Program './x' of 'a#t' cannot be executed";
  expect(ready(root, './x')).toMatchObject({ code: 'program-not-executable', message, hint: expect.stringContaining(`${root}/a/x`) });
});

test('a command with a NUL is a diagnostic', () => {
  const root = directoryWith({ 'a/x': '' });
  expect(ready(root, 'true a\0b')).toMatchObject({ code: 'invalid-command' });
  expect(ready(root, 'true | a\0b')).toMatchObject({ code: 'invalid-command' });
});

test('a directory that is not there is a diagnostic', () => {
  const root = directoryWith({ 'a/x': '' });
  const expected = { code: 'missing-directory', message: "Directory 'a/gone' of 'a#t' does not exist" };
  expect([ready(root, 'cd gone && env'), ready(root, 'cd x && env')]).toMatchObject([expected, { code: 'missing-directory' }]);
});

test('a step for the shell gets its text with the extra arguments as further words', () => {
  const root = directoryWith({ 'a/x': '' });
  expect(ready(root, 'cat x | sort', {}, ['-r', 'a b'])).toMatchObject({
    program: '/bin/sh',
    programName: '/bin/sh',
    args: ['-c', "cat x | sort -r 'a b'"],
  });
});

test('echo has its words', () => {
  const root = directoryWith({ 'a/x.js': '' });
  expect(ready(root, 'echo hi *.js')).toMatchObject({ programName: 'echo', args: ['hi', 'x.js'] });
});

test('assignments are in the environment, and what they set is not ambient', () => {
  const root = directoryWith({ 'a/p': program });
  const result = ready(root, 'CI=0 B=$CI ./p $CI', { CI: '1', E_X: 'y', SECRET: 'z' });
  expect(result).toMatchObject({
    envPrefix: { CI: '0', B: '0' },
    env: { CI: '0', B: '0', E_X: 'y' },
    args: ['1'],
    declaredEnv: { E_X: 'y' },
  });
  expect(result).not.toHaveProperty('ambientEnv.CI');
});

test('a variable that the step may not see is unset', () => {
  const root = directoryWith({ 'a/p': program });
  expect(ready(root, './p "$SECRET" $E_X', { SECRET: 'z', E_X: 'y' })).toMatchObject({ args: ['', 'y'] });
});

test.skipIf(process.getuid?.() === 0)('a directory that may not be read holds no matches', () => {
  const root = directoryWith({ 'a/p': program, 'a/closed/x.js': '' });
  chmodSync(joinPath(root, 'a/closed'), 0);
  const result = ready(root, './p */*.js');
  chmodSync(joinPath(root, 'a/closed'), 0o755);
  expect(result).toMatchObject({ args: ['*/*.js'] });
});
