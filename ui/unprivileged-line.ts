import { displayPath } from '../src/base/path.ts';
import type { RunRecord } from '../src/report/run-record.ts';
import type { Palette } from './terminal.ts';

/** At most one line: which program the trace keeps from its privileges, and the config that gives them back. */
export function unprivilegedLine({ tasks }: Pick<RunRecord, 'tasks'>, { yellow, grey }: Palette): string[] {
  const found = tasks
    .flatMap(({ steps }) => steps)
    .flatMap(({ label, trace }) => {
      const programs = trace?.level === 'full' ? (trace.unprivileged ?? []) : [];
      return programs.map((program) => ({ label, program }));
    });
  const [first, ...others] = found;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.length} more such)`;
  const mend = 'if it needs them: "trace": false, with "input" and "output" declared';
  return [
    `${yellow('!')} ${first.label} ran '${displayPath(first.program)}' without its privileges, as it was traced${more}${grey(` → ${mend}`)}`,
  ];
}
