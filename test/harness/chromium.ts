import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

/** Where a Chromium is, if there is one. */
export const chromium = (process.env['PATH'] ?? '')
  .split(':')
  .flatMap((directory) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(directory, name)))
  .find(isProgram);

/** The document of a page as it stands once its scripts have run. `hash`: what follows the address. */
export async function renderedPage(html: string, hash = ''): Promise<string> {
  if (chromium === undefined) throw new Error('there is no Chromium');
  const directory = mkdtempSync(join(tmpdir(), 'reprise-chromium-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  const file = join(directory, 'page.html');
  writeFileSync(file, html);
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(directory, 'profile')}`, '--window-size=1300,1000'];
  const options = { maxBuffer: 1e9, timeout: 120_000 };
  const { stdout } = await promisify(execFile)(chromium, [...flags, '--dump-dom', `file://${file}${hash}`], options);
  return stdout;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
