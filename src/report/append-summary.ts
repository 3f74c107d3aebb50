import { appendFileSync } from 'node:fs';
import { codeOf } from '../base/files.ts';
import { describeSystemError } from '../base/source-text.ts';

/** Adds `text` to the page of a CI job, and gives what kept it from being added: that is worth a warning and never fails a run. */
export function appendSummary(file: string, text: string): string | undefined {
  try {
    appendFileSync(file, text);
    return undefined;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return `the job summary cannot be written: ${describeSystemError(error)}`;
  }
}
