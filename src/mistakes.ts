import { readFileSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { renderDiagnostics } from '../ui/diagnostics.ts';
import { wantsColors, widthOf } from '../ui/terminal.ts';
import type { Diagnostic } from './base/diagnostic.ts';
import { orAbsent } from './base/files.ts';

/** What the user has to mend, as it is shown on `stream`, with the lines that it stands in. */
export function renderMistakes(
  diagnostics: readonly Diagnostic[],
  stream: WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return renderDiagnostics(diagnostics, {
    readSource: (file) => orAbsent(() => readFileSync(file, 'utf8')),
    hasColors: wantsColors(stream, env),
    width: widthOf(stream),
  });
}
