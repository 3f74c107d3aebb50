import type { Diagnostic } from '../base/diagnostic.ts';

/** What `--summary` asks for. */
export interface SummaryWords {
  readonly format: SummaryFormat;
  /** As written. `undefined`: text on stdout, anything else where reports are kept. */
  readonly file: string | undefined;
}

type SummaryFormat = (typeof formats)[number];

const formats = ['text', 'json', 'html'] as const;

/** Reads `html:report.html`, the value of the flag; the empty one is `text`. */
export function parseSummary(value: string | undefined): SummaryWords | Diagnostic | undefined {
  if (value === undefined) return undefined;
  const colon = value.indexOf(':');
  const [name, file] = colon === -1 ? [value, undefined] : [value.slice(0, colon), value.slice(colon + 1)];
  const format = name === '' ? 'text' : formats.find((known) => known === name);
  if (format === undefined) {
    const message = `'${name}' is no format of a summary`;
    return { code: 'usage', message, hint: '--summary=text, json or html, and a file after a colon: --summary=html:report.html' };
  }
  if (file === '') return { code: 'usage', message: `--summary=${value} names no file after the colon` };
  return { format, file };
}
