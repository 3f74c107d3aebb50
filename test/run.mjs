import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Builds if need be and runs the tests. The last line is `N passed, N failed`, whatever happened. */
function main() {
  if (isBuildStale() && command('npm', ['run', 'build']) !== 0) return finish({ passed: 0, failed: 1 });
  const directory = mkdtempSync(join(tmpdir(), 'reprise-tests-'));
  try {
    const report = join(directory, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const exitCode = command('npx', ['vitest', 'run', '--config', 'test/vitest.config.ts', ...reporters]);
    return finish(totalsOf(report, exitCode));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function isBuildStale() {
  const built = join(root, 'dist/cli.mjs');
  return !existsSync(built) || newestBelow(['src', 'workers', 'ui', 'package-lock.json']) > statSync(built).mtimeMs;
}

function newestBelow(paths) {
  const times = paths.map((path) => {
    const stat = statSync(join(root, path));
    return stat.isDirectory()
      ? Math.max(stat.mtimeMs, newestBelow(readdirSync(join(root, path)).map((name) => join(path, name))))
      : stat.mtimeMs;
  });
  return Math.max(...times, 0);
}

function command(program, args) {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status;
}

/** A file that could not be loaded, an error outside of any test or a run without tests counts as one failure more. */
function totalsOf(report, exitCode) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unloaded = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  const failed = numFailedTests + unloaded;
  return { passed, failed: failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : failed };
}

function finish({ passed, failed }) {
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main();
