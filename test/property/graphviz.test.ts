import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createRig } from '../harness/rig.ts';

const hasGraphviz = spawnSync('dot', ['-V']).status === 0;

describe.skipIf(!hasGraphviz)('graphviz (skipped where there is no `dot`)', () => {
  test('draws what graph --dot prints: every task and every edge, whatever their names and commands hold', async () => {
    const rig = await createRig();
    await rig.write({
      'package.json': { private: true, workspaces: ['packages/*'] },
      'packages/a/package.json': { name: '@scope/a', dependencies: { b: '*' }, scripts: { build: 'echo "a \\"b\\" \\n <c> {d|e}"' } },
      'packages/b/package.json': { name: 'b', scripts: { build: "node -e 'process.exit()'" } },
      'packages/b/vite-task.json': { tasks: { '漢 "odd"': { command: 'true', dependsOn: ['build'] } } },
    });
    const { stdout: dot } = await rig.run(['graph', '--dot']);
    const drawn = spawnSync('dot', ['-Tplain'], { input: dot, encoding: 'utf8' });

    expect(drawn).toMatchObject({ status: 0, stderr: '' });
    const lines = drawn.stdout.split('\n').map((line) => line.split(' ')[0]);
    expect(lines.filter((kind) => kind === 'node')).toHaveLength(3);
    expect(lines.filter((kind) => kind === 'edge')).toHaveLength(2);
    expect(drawn.stdout).toContain('漢');
  });
});
