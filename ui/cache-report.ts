import type { TaskHoldings } from '../src/cache/inspect.ts';
import type { Swept } from '../src/cache/sweep.ts';
import { palette } from './terminal.ts';

/** What a store comes to. */
export interface SizeView {
  readonly directory: string;
  readonly entries: number;
  readonly blobs: number;
  readonly blobBytes: number;
  readonly indexBytes: number;
  readonly bound: number;
}

/** One line a task. */
export function renderTasks(directory: string, tasks: readonly TaskHoldings[], view: { now: number; hasColors: boolean }): string {
  if (tasks.length === 0) return `Nothing is stored in ${directory}`;
  const { grey } = palette(view.hasColors);
  const rows = tasks.map(({ label, entries, bytes, lastUse }) => [
    label,
    counted(entries, 'entry', 'entries'),
    formatBytes(bytes),
    formatAge(view.now - lastUse),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([label = '', entries = '', bytes = '', age = '']) =>
      [label.padEnd(widths[0] ?? 0), entries.padStart(widths[1] ?? 0), bytes.padStart(widths[2] ?? 0), grey(age)].join('  '),
    )
    .join('\n');
}

export function tasksJson(directory: string, tasks: readonly TaskHoldings[]): string {
  const shown = tasks.map(({ task, label, entries, bytes, lastUse }) => ({
    id: task,
    task: label,
    entries,
    bytes,
    lastUse: new Date(lastUse).toISOString(),
  }));
  return JSON.stringify({ version: 1, directory, tasks: shown }, undefined, 2);
}

export function renderSize({ directory, entries, blobs, blobBytes, indexBytes, bound }: SizeView): string {
  return [
    `${formatBytes(blobBytes + indexBytes)} of at most ${formatBytes(bound)} in ${directory}`,
    `  ${formatBytes(blobBytes)} in ${counted(blobs, 'blob', 'blobs')}`,
    `  ${formatBytes(indexBytes)} for the index of ${counted(entries, 'entry', 'entries')}`,
  ].join('\n');
}

export function sizeJson({ directory, entries, blobs, blobBytes, indexBytes, bound }: SizeView): string {
  const shown = {
    version: 1,
    directory,
    bytes: blobBytes + indexBytes,
    limit: bound,
    entries,
    blobs: { count: blobs, bytes: blobBytes },
    index: { bytes: indexBytes },
  };
  return JSON.stringify(shown, undefined, 2);
}

/** What was freed, and why. */
export function renderSwept({ dropped, evicted, damaged, blobs, temporaryFiles, bytes, waiting }: Swept): string {
  const parts = [
    [dropped, 'entry', 'entries'],
    [damaged, 'damaged entry', 'damaged entries'],
    [evicted, 'entry beyond the limit', 'entries beyond the limit'],
    [blobs, 'blob', 'blobs'],
    [temporaryFiles, 'temporary file', 'temporary files'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, one, many]) => counted(count, one, many));
  const later = waiting > 0 ? [`${formatBytes(waiting)} more will be freed once the runs in progress have ended`] : [];
  return [told.length === 0 ? 'Nothing to free' : `Freed ${formatBytes(bytes)}: ${told.join(', ')}`, ...later].join('\n');
}

export function sweptJson(directory: string, { dropped, evicted, damaged, blobs, temporaryFiles, bytes, waiting }: Swept): string {
  const entries = { removed: dropped, damaged, beyondLimit: evicted };
  return JSON.stringify({ version: 1, directory, bytes, entries, blobs, temporaryFiles, waitingBytes: waiting }, undefined, 2);
}

/** `0 B`, `4.1 kB`, `12 MB`, `1.3 GB`; powers of 1000. Without an end there is `no limit`. */
export function formatBytes(bytes: number): string {
  if (bytes === Infinity) return 'no limit';
  const exponent = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** exponent;
  const digits = exponent === 0 || scaled >= 9.95 ? 0 : 1;
  // 999.6 kB would read as 1000 kB.
  if (Math.round(scaled) >= 1000 && exponent < units.length - 1) return `1.0 ${units[exponent + 1]}`;
  return `${scaled.toFixed(digits)} ${units[exponent]}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `just now`, `5 minutes ago`, `3 days ago`. */
export function formatAge(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${counted(minutes, 'minute', 'minutes')} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${counted(hours, 'hour', 'hours')} ago` : `${Math.floor(hours / 24)} days ago`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
