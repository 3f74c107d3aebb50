import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cli } from '../harness/cli.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import type { Rig } from '../harness/rig.ts';
import { copyKitchen } from './kitchen.ts';

type Variables = Readonly<Record<string, string>>;

/** Builds everything from a shell; gives what missed and why, and which variables it was told are hidden. */
async function build(rig: Rig, shell: string, script: string, env: Variables): Promise<Told> {
  const record = rig.path('node_modules/.cache/reprise/last-run.json');
  rmSync(record, { force: true });
  const base = { PATH: process.env['PATH'] ?? '', HOME: rig.home, TMPDIR: rig.temp, USER: 'cook', LOGNAME: 'cook' };
  const line = `${script}"${process.execPath}" "${cli}" run -r --cache build; exit $?`;
  const { stdout } = await promisify(execFile)(shell, ['-c', line], { cwd: rig.root, env: { ...base, ...env }, maxBuffer: 1 << 26 });
  const { tasks } = JSON.parse(readFileSync(record, 'utf8')) as RunRecord;
  const misses = tasks.flatMap(({ steps }) =>
    steps.flatMap(({ label, decision }) => (decision.kind === 'miss' ? [`${label}: ${JSON.stringify(decision.reasons)}`] : [])),
  );
  return { misses, hidden: stdout.split('\n').filter((line) => line.includes('asked for')) };
}

interface Told {
  readonly misses: readonly string[];
  readonly hidden: readonly string[];
}

const shells = ['dash', 'bash'].map((name) => `/bin/${name}`);

test('a run from another shell, at another depth, from another directory hits everywhere', async () => {
  const rig = await copyKitchen();
  const first = { SHELL: '/bin/dash', TERM: 'xterm', EDITOR: 'vi', npm_config_user_agent: 'npm', XDG_CONFIG_HOME: rig.home };
  expect((await build(rig, shells[0]!, '', first)).hidden).toEqual([]);
  const again = `cd packages && cd .. && export FRESH_$$=1 && `;
  expect((await build(rig, shells[1]!, again, { SHELL: '/bin/bash', SHLVL: '7', OLDPWD: '/usr', _: '/usr/bin/env' })).misses).toEqual([]);
  expect((await build(rig, shells[0]!, again, { SHELL: '/bin/dash', TMPDIR: rig.home })).misses).toEqual([]);
});

describe('the next run of a CI service hits everywhere', () => {
  test.for([
    ['GitHub Actions', gitHub],
    ['GitLab', gitLab],
  ] as const)('on %s', async ([, variablesOf]) => {
    const rig = await copyKitchen();
    expect((await build(rig, '/bin/bash', '', variablesOf(rig, 1))).hidden).toEqual([]);
    expect((await build(rig, '/bin/bash', '', variablesOf(rig, 2))).misses).toEqual([]);
  });
});

/** What a job finds there, everything that counts runs and names commits another in each. */
function gitHub(rig: Rig, run: number): Variables {
  const files = Object.fromEntries(
    ['ENV', 'PATH', 'OUTPUT', 'STATE', 'STEP_SUMMARY'].map((name) => [`GITHUB_${name}`, freshFile(rig, `${name}_${run}`)]),
  );
  return {
    ...files,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: `__run_${run}`,
    GITHUB_EVENT_NAME: run === 1 ? 'push' : 'pull_request',
    GITHUB_EVENT_PATH: freshFile(rig, `event_${run}`),
    GITHUB_REF: `refs/heads/b${run}`,
    GITHUB_REF_NAME: `b${run}`,
    GITHUB_REPOSITORY: 'cook/kitchen',
    GITHUB_RUN_ATTEMPT: String(run),
    GITHUB_RUN_ID: `${run}7654321`,
    GITHUB_RUN_NUMBER: String(run),
    GITHUB_SHA: String(run).repeat(40),
    GITHUB_WORKSPACE: rig.root,
    RUNNER_NAME: `GitHub Actions ${run}`,
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: rig.temp,
    RUNNER_TRACKING_ID: `github_${run}`,
    ACTIONS_RUNTIME_TOKEN: `secret${run}`,
    INVOCATION_ID: `i${run}`,
    JOURNAL_STREAM: `8:${run}`,
    SHELL: '/bin/bash',
  };
}

function gitLab(rig: Rig, run: number): Variables {
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_BUILD_ID: `${run}1`,
    CI_COMMIT_BRANCH: `b${run}`,
    CI_COMMIT_SHA: String(run).repeat(40),
    CI_COMMIT_TIMESTAMP: `2026-11-2${run}T00:00:00Z`,
    CI_CONCURRENT_ID: String(run),
    CI_JOB_ID: `${run}2`,
    CI_JOB_NAME: 'build',
    CI_JOB_STARTED_AT: `2026-11-2${run}T00:00:01Z`,
    CI_JOB_TOKEN: `secret${run}`,
    CI_JOB_URL: `https://gitlab.invalid/${run}`,
    CI_PIPELINE_ID: `${run}3`,
    CI_PIPELINE_IID: String(run),
    CI_PROJECT_DIR: rig.root,
    CI_RUNNER_ID: String(run),
    CI_RUNNER_DESCRIPTION: `runner ${run}`,
    FF_TEST: String(run),
    OLDPWD: `/builds/${run}`,
    HOSTNAME: `runner-${run}`,
  };
}

function freshFile(rig: Rig, name: string): string {
  mkdirSync(rig.temp, { recursive: true });
  writeFileSync(`${rig.temp}/${name}`, '');
  return `${rig.temp}/${name}`;
}
