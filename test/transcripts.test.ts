import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const cases = fileURLToPath(new URL('transcripts/', import.meta.url));
const cli = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));

/**
 * Each case is a small workspace and the lines that a person types in it (`steps.txt`); what they see is compared with
 * `transcript.txt`, word by word, times and places aside. `npx vitest run … -u` writes it anew, to be read like code.
 */
test.each(readdirSync(cases))('the transcript of %s', async (name) => {
  const directory = join(cases, name);
  const session = startSession(directory);
  const lines = readFileSync(join(directory, 'steps.txt'), 'utf8').split('\n');
  const seen = lines.filter((line) => line.trim() !== '').map(session);
  await expect(`${seen.join('\n')}\n`).toMatchFileSnapshot(join(directory, 'transcript.txt'));
});

/** A copy of the case's workspace; gives the function that runs one line in it. */
function startSession(directory: string): (line: string) => string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'reprise-transcript-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const root = join(home, 'workspace');
  const workspace = join(directory, 'workspace');
  if (existsSync(workspace)) cpSync(workspace, root, { recursive: true });
  mkdirSync(join(home, 'bin'));
  mkdirSync(root, { recursive: true });
  symlinkSync(cli, join(home, 'bin/reprise'));
  const env = { PATH: `${join(home, 'bin')}:${process.env['PATH']}`, HOME: home, REPRISE_CONCURRENCY_LIMIT: '1' };
  return (line) => {
    const { stdout, status } = spawnSync('/bin/sh', ['-c', `exec 2>&1; ${line}`], { cwd: root, env, encoding: 'utf8' });
    const exit = status === 0 ? '' : `[exit ${status}]\n`;
    return `> ${line}\n${withoutTimes(stdout).replaceAll(root, '<root>').replaceAll(home, '<home>')}${exit}`;
  };
}

/** Times aside, and what is there only because of them: which tasks took longest, and that it was worth a line. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/^critical path: .*\n/gm, '')
    .replaceAll(/^Critical path: .*$/gm, 'Critical path: <tasks>')
    .replaceAll(/\d+(?:\.\d+)?m?s saved/g, '<time> saved')
    .replaceAll(/\b\d+(?:\.\d+)?(?:ms|s)\b/g, '<time>');
}
