import { mkdirSync, writeFileSync } from 'node:fs';
import type { Diagnostic } from './base/diagnostic.ts';
import { displayPath, fsPath, isInside, joinPath, normalizeAbsolute, parentOf, toWorkspacePath, type AbsolutePath } from './base/path.ts';
import { reportFile } from './cache/cache-places.ts';
import type { SummaryWords } from './plan/summary-words.ts';
import type { RunRecord } from './report/run-record.ts';
import { findWorkspace } from './workspace/root.ts';
import { renderDetails } from '../ui/details.ts';

export interface ReportSettings {
  /** From 2 on, the text names inputs, outputs and variables too. */
  readonly verbosity: number;
  readonly hasColors: boolean;
  readonly cwd: AbsolutePath;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What `-v`, `--summary` and `--last-details` print. */
export async function reportText(record: RunRecord, { verbosity, hasColors, cwd, env }: ReportSettings): Promise<string> {
  if (verbosity < 2) return renderDetails(record, { hasColors });
  const { recordedEntries } = await import('./recorded-entries.ts');
  return renderDetails(record, { hasColors, entries: await recordedEntries(record, cwd, env) });
}

/** Writes the summary into the file that is named, else where reports are kept; gives its path as people see it. */
export async function writeReport(record: RunRecord, words: SummaryWords, settings: ReportSettings): Promise<string | Diagnostic> {
  const { cwd } = settings;
  const path = await placeOf(words, cwd);
  const shown = displayPath(isInside(cwd, path) ? toWorkspacePath(cwd, path) : path);
  const text = await documentOf(record, words, settings);
  try {
    mkdirSync(fsPath(parentOf(path)), { recursive: true });
    // What stands there may be a pipe or a terminal, which nothing can replace.
    writeFileSync(fsPath(path), text);
    return shown;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { code: 'summary-not-written', message: `the summary cannot be written to '${shown}': ${error.message}` };
  }
}

/** Writes a Chrome trace of the run. */
export async function writeProfile(record: RunRecord, cwd: AbsolutePath, file: string): Promise<Diagnostic | undefined> {
  const { profileOf } = await import('./report/profile.ts');
  const path = file.startsWith('/') ? normalizeAbsolute(file) : joinPath(cwd, file);
  try {
    writeFileSync(fsPath(path), `${JSON.stringify(profileOf(record))}\n`);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { code: 'output-lost', message: `the profile cannot be written to ${displayPath(file)}: ${String(error.code)}` };
  }
}

async function placeOf({ format, file }: SummaryWords, cwd: AbsolutePath): Promise<AbsolutePath> {
  if (file === undefined) return reportFile((await findWorkspace(cwd)).root, format);
  return file.startsWith('/') ? normalizeAbsolute(file) : joinPath(cwd, file);
}

async function documentOf(record: RunRecord, { format }: SummaryWords, settings: ReportSettings): Promise<string> {
  switch (format) {
    case 'text':
      return `${await reportText(record, { ...settings, hasColors: false })}\n`;
    case 'json':
      return `${JSON.stringify(record, undefined, 2)}\n`;
    case 'html': {
      const { summaryData } = await import('../ui/summary-data.ts');
      const { summaryPage } = await import('../ui/summary-page.ts');
      const { recordedEntries } = await import('./recorded-entries.ts');
      return summaryPage(summaryData(record, await recordedEntries(record, settings.cwd, settings.env)));
    }
  }
}
