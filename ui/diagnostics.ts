import type { Diagnostic, SourcePlace } from '../src/base/diagnostic.ts';
import { displayPath } from '../src/base/path.ts';
import { palette, type Palette } from './terminal.ts';

interface DiagnosticView {
  /** The text of a file, or `undefined` where it cannot be had: then the place is named and nothing is quoted. */
  readonly readSource: (file: string) => string | undefined;
  readonly hasColors: boolean;
  readonly width: number;
}

/** Diagnostics as a text for stderr, one paragraph each, without a newline at the end. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], view: DiagnosticView): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, view).join('\n')).join('\n\n');
}

function renderDiagnostic({ code, message, at, hint }: Diagnostic, view: DiagnosticView): string[] {
  const paint = palette(view.hasColors);
  return [
    `${paint.red(`error[${code}]`)}: ${displayPath(message)}`,
    ...(at === undefined ? [] : [`${paint.blue(' -->')} ${describePlace(at)}`, ...quote(at, view, paint)]),
    ...(hint === undefined ? [] : [`${paint.green('hint')}: ${displayPath(hint)}`]),
  ];
}

function describePlace({ file, line, column }: SourcePlace): string {
  return [displayPath(file), line, column].filter((part) => part !== undefined).join(':');
}

/** The line, and a line of carets below what stands at the column. */
function quote({ file, line, column, source: given }: SourcePlace, view: DiagnosticView, { blue, red }: Palette): string[] {
  const source = line === undefined ? undefined : (given ?? view.readSource(file))?.split(/\r?\n/)[line - 1];
  if (source === undefined) return [];
  const margin = ' '.repeat(String(line).length);
  const { text, from, length } = clip(source, column, view.width - margin.length - ' | '.length);
  return [
    blue(`${margin} |`),
    `${blue(`${line} |`)} ${text}`,
    ...(column === undefined ? [] : [`${blue(`${margin} |`)} ${' '.repeat(from)}${red('^'.repeat(length))}`]),
  ];
}

interface Quotation {
  readonly text: string;
  /** Where in `text` the carets start, and how many. */
  readonly from: number;
  readonly length: number;
}

/** As much of a long line as fits, so that a minified file does not fill the screen. */
function clip(source: string, column = 1, room: number): Quotation {
  const at = Math.min(column - 1, source.length);
  const length = wordLength(source.slice(at));
  const line = source.replaceAll('\t', ' ');
  if (line.length <= room) return { text: line, from: at, length };
  const start = Math.max(0, Math.min(at - Math.floor(room / 3), line.length - room));
  return { text: line.slice(start, start + room), from: at - start, length: Math.max(1, Math.min(length, room - (at - start))) };
}

/** A quoted string with its quotes, a name with dots and dashes, or one character. */
function wordLength(text: string): number {
  return Math.max(1, /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$@./-]+)/.exec(text)?.[0].length ?? 1);
}
