import { displayPath, nameOf } from '../src/base/path.ts';
import type { RunRecord, StepRecord } from '../src/report/run-record.ts';
import type { Palette } from './terminal.ts';

type Hidden = NonNullable<StepRecord['hiddenEnv']>[number];

/**
 * A line for each variable that is set, that a program of the run asked for, and that its task was not passed: in which task,
 * and how to pass it. `most` lines at most.
 */
export function hiddenEnvLines({ tasks }: Pick<RunRecord, 'tasks'>, { yellow, grey }: Palette, most: number): string[] {
  const found = new Map<string, { readonly hidden: Hidden; readonly labels: Set<string> }>();
  for (const { label, hiddenEnv = [] } of tasks.flatMap(({ steps }) => steps)) {
    for (const hidden of hiddenEnv) {
      const known = found.get(hidden.name);
      if (known) known.labels.add(label);
      else found.set(hidden.name, { hidden, labels: new Set([label]) });
    }
  }
  const shown = [...found.values()].slice(0, found.size > most ? most - 1 : most);
  const lines = shown.map(({ hidden, labels: [...labels] }) => {
    const others = labels.length > 1 ? ` and ${labels.length - 1} more` : '';
    return `${yellow('!')} ${labels[0]}${others}: ${sentence(hidden)}${grey(` → ${passingLine(hidden)}`)}`;
  });
  if (shown.length === found.size) return lines;
  const rest = found.size - shown.length;
  return [...lines, `${yellow('!')} ${rest} more variables were asked for ${grey('(Run `reprise run --last-details` for all)')}`];
}

/** The same of one step, for its own report. */
export function hiddenEnvNotes({ hiddenEnv = [] }: Pick<StepRecord, 'hiddenEnv'>): string[] {
  return hiddenEnv.map((hidden) => `→ ${sentence(hidden)}: ${passingLine(hidden)}`);
}

function sentence({ name, program }: Hidden): string {
  return `${displayPath(nameOf(program))} asked for '${displayPath(name)}', which is set but not passed to it`;
}

function passingLine({ name }: Hidden): string {
  return `"env": [${JSON.stringify(displayPath(name))}], or "untrackedEnv" if the result does not depend on it`;
}
