import { readFileSync } from 'node:fs';
import { CommandError } from './base/diagnostic.ts';
import { orUnreadable } from './base/files.ts';
import { isInForeground } from './base/foreground.ts';
import type { AbsolutePath } from './base/path.ts';
import { recordFile } from './cache/cache-places.ts';
import type { DisplayWords } from './plan/run-words.ts';
import { expectedDurations, type ExpectedDurations } from './report/expected-durations.ts';
import { readableRecord } from './report/run-record.ts';
import type { Cancellation } from './schedule/cancel.ts';
import type { Reporter } from '../ui/reporter.ts';
import { StreamReporter, type StreamPage } from '../ui/stream.ts';
import { canRedraw } from '../ui/terminal.ts';

export interface ReporterPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly terminal: NodeJS.WriteStream;
  readonly cancellation: Cancellation;
}

/** The live view shows whole logs, so it takes no other wish about them. */
export async function openReporter({ ui, log }: DisplayWords, page: StreamPage, place: ReporterPlace): Promise<Reporter> {
  const { env, stdin, terminal, cancellation } = place;
  const mode = log ?? (page.ci ? 'grouped' : 'interleaved');
  if (ui === 'live' && log !== undefined && log !== 'grouped')
    throw new CommandError({ code: 'usage', message: `--ui=live and --log=${log} exclude each other` });
  const isLive = ui !== 'stream' && (log ?? 'grouped') === 'grouped' && canRedraw(terminal, env);
  if (!isLive) return new StreamReporter({ mode, ...page });
  const { LiveReporter } = await import('../ui/live-reporter.ts');
  return new LiveReporter({
    ...page,
    terminal,
    isTmux: Boolean(env['TMUX']),
    stdin,
    isGrouped: log === 'grouped',
    startsAtOnce: ui === 'live',
    expected: durationsOfLastRun,
    mayUseTerminal: isInForeground,
    interrupt: () => cancellation.ask('SIGINT'),
    suspend: () => void process.kill(0, 'SIGTSTP'),
    isEnding: () => cancellation.signal.aborted,
  });
}

/** A record that is missing, damaged or of another version tells nothing. */
function durationsOfLastRun(root: AbsolutePath): ExpectedDurations {
  const text = orUnreadable(() => readFileSync(recordFile(root), 'utf8'));
  const record = text === undefined ? undefined : readableRecord(text);
  return record === undefined ? new Map() : expectedDurations(record);
}
