import { describe, expect, test } from 'vitest';
import type { AbsolutePath } from '../../../src/base/path.ts';
import { hiddenEnv, readEnv } from '../../../src/cache/read-env.ts';
import type { Execution } from '../../../src/execute/execution.ts';
import { noReports, type Reports } from '../../../src/execute/ipc/reports.ts';
import type { RawTrace, RawVariable } from '../../../src/execute/trace/raw-trace.ts';
import type { Trace } from '../../../src/execute/trace/trace.ts';
import type { ReadyStep } from '../../../src/plan/planned.ts';
import { sampleStep } from './sample.ts';

const salt = Buffer.alloc(32, 1);
const node = '/usr/bin/node' as AbsolutePath;

type Env = Readonly<Record<string, string>>;

interface Settings {
  readonly given?: Env;
  readonly runner?: Env;
  readonly declared?: Env;
  readonly prefix?: Env;
  readonly env?: readonly string[];
  readonly untrackedEnv?: readonly string[];
}

function ready({ given = {}, runner = given, declared = {}, prefix = {}, env = [], untrackedEnv = [] }: Settings): ReadyStep {
  const step = sampleStep();
  const caching = { ...step.caching, env, untrackedEnv };
  return {
    step: { ...step, caching },
    env: given,
    servedEnv: runner,
    declaredEnv: declared,
    envPrefix: prefix,
  } as unknown as ReadyStep;
}

const asked = (name: string, isSet = true, program = node): RawVariable => ({ name, isSet, program });

const read = (names: readonly string[], settings: Settings) =>
  readEnv({ variables: names.map((name) => asked(name)) } as unknown as Trace, ready(settings), salt);

const hidden = (variables: readonly RawVariable[], settings: Settings, reports?: Partial<Reports>) => {
  const reported = reports ? { kind: 'reported' as const, reports: { ...noReports, ...reports } } : { kind: 'off' as const };
  const traced = { kind: 'traced', raw: { variables } as unknown as RawTrace } as const;
  return hiddenEnv({ traced, reported } satisfies Pick<Execution, 'traced' | 'reported'>, ready(settings));
};

describe('a variable that was asked for by name', () => {
  test('is held once, by name, as the step was given it', () => {
    const found = read(['USER', 'HOME', 'USER', 'DISPLAY'], { given: { USER: 'me', HOME: '' } });
    expect(found.map(({ name }) => name)).toEqual(['DISPLAY', 'HOME', 'USER']);
    expect(found[0]).toEqual({ name: 'DISPLAY', digest: null });
    expect(found[1]?.digest).not.toBe(found[2]?.digest);
    expect(JSON.stringify(found)).not.toContain('"me"');
  });

  test.each(['PATH', 'TMPDIR', 'SHELL', 'VSCODE_PID', 'OLDPWD', '_', 'SHLVL', 'PWD', 'REPRISE_IPC', 'CI', 'API_URL'])(
    'and is %s is not held here',
    (name) => {
      expect(read([name], { given: { [name]: 'x' } })).toEqual([]);
    },
  );

  test('is not held where it is in the key, or declared to mean nothing', () => {
    const given = { USER: 'me', HOME: '/h', LOGNAME: 'me' };
    expect(
      read(['USER', 'HOME', 'LOGNAME'], { given, declared: { USER: 'me' }, prefix: { LOGNAME: 'me' }, untrackedEnv: ['HO*'] }),
    ).toEqual([]);
  });
});

describe('a variable that is set and not passed', () => {
  const runner = { API_URL: 'x', MODE: 'y', TERM: 'xterm', GITHUB_RUN_ID: '1', GITHUB_TOKEN: 't' };

  test('is told once, with the first program that asked', () => {
    const variables = [asked('MODE', false), asked('API_URL', false), asked('API_URL', false, '/bin/x' as AbsolutePath)];
    expect(hidden(variables, { runner, given: {} })).toEqual([
      { name: 'API_URL', program: node },
      { name: 'MODE', program: node },
    ]);
  });

  test('is not told where a program set it for itself or for its children, or where it is not set at all', () => {
    expect(hidden([asked('API_URL'), asked('OTHER', false)], { runner, given: {} })).toEqual([]);
  });

  test('is not told where it is passed', () => {
    expect(hidden([asked('API_URL', false)], { runner, given: { API_URL: 'x' } })).toEqual([]);
  });

  test('is not told where everybody asks for it', () => {
    const variables = ['TERM', 'GITHUB_RUN_ID', 'GITHUB_TOKEN'].map((name) => asked(name, false));
    expect(hidden(variables, { runner, given: {} })).toEqual([{ name: 'GITHUB_TOKEN', program: node }]);
  });

  test('is not told where the task says that it need not be passed', () => {
    expect(hidden([asked('API_URL', false)], { runner, given: {}, env: ['!API_*'] })).toEqual([]);
    expect(hidden([asked('API_URL', false)], { runner, given: {}, untrackedEnv: ['A', '!API_URL'] })).toEqual([]);
  });

  test('is not told where a tool got it from the runner', () => {
    const variables = [asked('API_URL', false), asked('MODE', false)];
    expect(hidden(variables, { runner, given: {} }, { trackedNames: ['MODE'], trackedPatterns: [{ prefix: 'API_' }] })).toEqual([]);
  });
});
