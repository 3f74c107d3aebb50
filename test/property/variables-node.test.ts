import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { afterChangeIn, asking, copying, eachOf, userChanged } from '../harness/env-scripts.ts';
import { directoryWith } from '../harness/files.ts';

/** The version of Node that people have decides in what order it asks for what. */
describe.each(['20', '22', '24'])('in Node %s', (version) => {
  test('asking for a variable by its name counts, and taking all of them does not', async () => {
    const directory = directoryWith({ 'package.json': '{}' });
    const name = `node-linux-${process.arch}`;
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], { cwd: directory });
    const node = `${directory}/node_modules/${name}/bin/node`;
    expect(await afterChangeIn(asking, node)).toEqual(eachOf(asking, userChanged));
    expect(await afterChangeIn(copying, node)).toEqual(eachOf(copying, 'hit'));
  });
});
