import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../harness/rig.ts';

const api = fileURLToPath(new URL('../../dist/index.mjs', import.meta.url));

/** Runs a script that has the API as `reprise`, until it ends by itself; gives what it printed as JSON. */
function program(rig: Rig, script: string): unknown {
  const text = `import * as reprise from ${JSON.stringify(api)};\nconst print = (value) => console.log(JSON.stringify(value));\n${script}`;
  const env = { PATH: process.env['PATH'], HOME: rig.home, TMPDIR: rig.temp };
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    cwd: rig.root,
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function workspace(): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', version: '1.0.0', scripts: { build: 'sh -c "echo built; cp in out"', bad: 'sh -c "exit 3"' } },
    'packages/a/in': 'A',
    'packages/b/package.json': { name: 'b', scripts: { build: 'true' }, dependencies: { a: '*' } },
  });
  return rig;
}

test('a run tells its events as they happen, and ends with its record', async () => {
  const rig = await workspace();
  const told = program(
    rig,
    `const run = reprise.run({ task: 'build', packages: 'all', cache: true });
     const types = [];
     let output = '';
     for await (const event of run) {
       types.push(event.type);
       if (event.type === 'step-output') output += Buffer.from(event.bytes);
     }
     const { exitCode, totals } = await run.record;
     print({ first: types[0], last: types.at(-1), output, exitCode, stored: totals.stored });`,
  );
  expect(told).toEqual({ first: 'run-started', last: 'run-ended', output: 'built\n', exitCode: 0, stored: 2 });
  expect(rig.tree('packages/a')).toMatchObject({ out: 'A' });
});

test('a run whose events nobody wants goes on to its end', async () => {
  const rig = await workspace();
  expect(program(rig, `print((await reprise.run({ task: 'bad', packages: ['a'] }).record).exitCode);`)).toBe(3);
});

test('leaving the loop does not end the run', async () => {
  const rig = await workspace();
  const script = `const run = reprise.run({ task: 'a#build' });
    for await (const event of run) if (event.type === 'run-started') break;
    print((await run.record).totals.succeeded);`;
  expect(program(rig, script)).toBe(1);
});

test('a plan says what would hit, and runs nothing', async () => {
  const rig = await workspace();
  const script = `const { tasks } = await reprise.plan({ task: 'build', packages: 'all', cache: true });
    print(tasks.map(({ label, steps }) => [label, steps[0].answer.kind]));`;
  expect(program(rig, script)).toEqual([
    ['a#build', 'miss'],
    ['b#build', 'miss'],
  ]);
  expect(rig.tree('packages/a')).not.toHaveProperty('out');
});

test('a mistake of the user rejects with its diagnostics, in the loop and in the record', async () => {
  const rig = await workspace();
  const script = `const run = reprise.run({ task: 'biuld', packages: 'all' });
    const codes = [];
    try { for await (const event of run); } catch (error) { codes.push(error.diagnostics[0].code); }
    await run.record.catch((error) => codes.push(error instanceof reprise.CommandError));
    print(codes);`;
  expect(program(rig, script)).toEqual(['unknown-task', true]);
});

test('an aborted run ends', async () => {
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'app', scripts: { wait: 'sleep 600' } } });
  const script = `const ending = new AbortController();
    const run = reprise.run({ task: 'wait', signal: ending.signal });
    for await (const event of run) if (event.type === 'step-started') ending.abort();
    print((await run.record).exitCode);`;
  expect(program(rig, script)).toBe(143);
});
