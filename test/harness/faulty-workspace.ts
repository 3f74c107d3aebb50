import { createRig, type Rig, type RunOptions, type RunResult } from './rig.ts';

/** A task with an output and a log that are too large to lie in an index, one that fails, and a cache that holds the first. */
export async function cachedWorkspace(options: RunOptions = {}): Promise<Rig> {
  const rig = await createRig();
  await rig.write({
    'package.json': { name: 'faulty', private: true, scripts: { build: 'sh build.sh', fail: 'sh fail.sh' } },
    'build.sh': 'mkdir -p dist/empty\ncat source.txt > dist/out.txt\nln -sf out.txt dist/link\nseq 1 8000\n',
    'fail.sh': 'echo partial > partial.txt\nexit 3\n',
    'source.txt': Array.from({ length: 20_000 }, (_, line) => `${(line * 2654435761) % 1_000_003}\n`).join(''),
  });
  rig.handOver();
  await rig.run(buildCached, options);
  const second = await rig.run(buildCached, options);
  if (second.record?.totals.hits !== 1) throw new Error(`the second run does not hit:\n${second.stdout}${second.stderr}`);
  return rig;
}

export const buildCached = ['run', '--cache', 'build'];
export const failCached = ['run', '--cache', 'fail'];

/** What is not as if there were no cache, but for one warning. */
export function troubleOf(rig: Rig, { exitCode, stdout, stderr }: RunResult): string[] {
  const tree = rig.tree('dist');
  const isRight = tree['out.txt'] === rig.tree()['source.txt'] && tree['link'] === '-> out.txt' && tree['empty/'] === '';
  const isPrinted = stdout.includes('\n1\n2\n3\n') && stdout.includes('\n7999\n8000\n');
  return [
    ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ...(isRight && Object.keys(tree).length === 3 ? [] : [`the tree is ${Object.keys(tree).join(', ')}`]),
    ...(isPrinted ? [] : ['the log is not whole']),
    ...wrongWarnings(stderr),
  ];
}

/** Anything on stderr but one warning. */
export function wrongWarnings(stderr: string): string[] {
  return stderr === '' || /^warning: cache fault: [^\n]+\n$/.test(stderr) ? [] : [`stderr: ${stderr}`];
}
