import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRig } from '../harness/rig.ts';

async function workspace() {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
    'packages/app/package.json': { name: 'app', scripts: { build: 'true app' }, dependencies: { lib: '*' } },
    'packages/app/reprise.config.json': { tasks: { gen: { command: 'true gen', dependsOn: ['lib#build'] } } },
    'packages/lib/package.json': { name: 'lib', scripts: { build: 'true lib' } },
  });
  return rig;
}

test('graph tells every task and what it waits for', async () => {
  const { stdout, exitCode } = await (await workspace()).start(['graph']).ended;
  expect({ stdout, exitCode }).toEqual({
    stdout: [
      'app#build: true app',
      '  after, with -r: lib#build',
      'app#gen: true gen',
      '  dependsOn: lib#build',
      'lib#build: true lib\n',
    ].join('\n'),
    exitCode: 0,
  });
});

test('--json is the graph that run --json prints, --dot is for graphviz', async () => {
  const rig = await workspace();
  const [json, ofRun, dot] = await Promise.all(
    [
      ['graph', '--json'],
      ['run', '--json'],
      ['graph', '--dot'],
    ].map((words) => rig.start(words).ended),
  );
  expect(json?.stdout).toBe(ofRun?.stdout);
  expect(dot?.stdout).toContain('"packages/app#gen" -> "packages/lib#build";');
});

test('--html is one page, in a file or on stdout', async () => {
  const rig = await workspace();
  expect((await rig.start(['graph', '--html', 'graph.html']).ended).stdout).toBe('The graph is in graph.html\n');
  expect(readFileSync(rig.path('graph.html'), 'utf8')).toContain('"label":"app#build"');
  expect((await rig.start(['graph', '--html']).ended).stdout).toMatch(/^<!doctype html>/);
  expect(await rig.start(['graph', '--html', 'no/such/graph.html']).ended).toMatchObject({ exitCode: 1 });
});

test('two forms at once are wrong usage', async () => {
  expect(await (await workspace()).start(['graph', '--dot', '--json']).ended).toMatchObject({ exitCode: 2 });
});
