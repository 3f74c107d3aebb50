import cliTruncate from 'cli-truncate';
import { render, Text, useInput } from 'ink';
import { useLayoutEffect, useSyncExternalStore, type ReactNode } from 'react';
import stringWidth from 'string-width';
import { frameSink } from './frame-sink.ts';
import type { LiveRow, Progress } from './live-rows.ts';
import { formatDuration } from './summary.ts';

export interface LiveFrame {
  readonly rows: readonly LiveRow[];
  readonly columns: number;
  readonly spinner: number;
}

export interface LiveSource {
  readonly subscribe: (changed: () => void) => () => void;
  readonly frame: () => LiveFrame;
  /** Takes each frame as lines of at most `columns`. */
  readonly draw: (lines: readonly string[]) => void;
  /** One key, or as many as came at once. */
  readonly onKeys: (keys: string) => void;
  /** The view is gone, whatever ended it; the modes of the terminal's input are restored. */
  readonly onEnd: () => void;
  readonly stdin: NodeJS.ReadStream;
}

/** Shows a live view until the returned function is called. */
export function showLive(source: LiveSource): () => void {
  const { unmount } = render(<LiveView source={source} />, {
    stdout: frameSink({ draw: source.draw, columns: () => source.frame().columns }),
    stdin: source.stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    // As `frameSink` wants it.
    debug: true,
  });
  return unmount;
}

function LiveView({ source }: { readonly source: LiveSource }): ReactNode {
  const { rows, columns, spinner } = useSyncExternalStore(source.subscribe, source.frame);
  useLayoutEffect(() => source.onEnd, [source]);
  useInput((input, key) => source.onKeys(keyName(input, key)), { isActive: source.stdin.isTTY });
  const labels = rows.flatMap((row) => (row.kind === 'running' ? [stringWidth(row.label)] : []));
  const labelWidth = Math.min(Math.max(0, ...labels), Math.floor(columns * 0.4));
  return rows.map((row, index) => (
    <Text key={index} wrap="truncate">
      <Row row={row} labelWidth={labelWidth} spinner={spinner} />
    </Text>
  ));
}

function keyName(input: string, key: { upArrow: boolean; downArrow: boolean; return: boolean; escape: boolean; ctrl: boolean }): string {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  return key.ctrl ? `ctrl-${input}` : input;
}

function Row({ row, labelWidth, spinner }: { readonly row: LiveRow; readonly labelWidth: number; readonly spinner: number }): ReactNode {
  switch (row.kind) {
    case 'running':
      return (
        <>
          <Text color={row.isFocused ? 'cyan' : 'yellow'}>{row.isFocused ? '❯' : spinnerFrames[spinner % spinnerFrames.length]}</Text>{' '}
          <Text bold={row.isFocused}>{cell(row.label, labelWidth)}</Text> {formatElapsed(row.elapsedMs).padStart(6)}
          <Expected row={row} />
          <Text dimColor>{row.lastLine === '' ? '' : ` ${row.lastLine}`}</Text>
        </>
      );
    case 'gap':
      return ' ';
    case 'more':
      return <Text dimColor>{`  … and ${row.count} more`}</Text>;
    case 'output':
      return <Text dimColor>{`  │ ${row.text}`}</Text>;
    case 'miss':
      return <Text dimColor>{`○ ${row.label}: ${row.reason}`}</Text>;
    case 'waiting':
      return <Text dimColor>{`  ${row.label} waits for ${row.for.join(', ')}`}</Text>;
    case 'progress':
      return <ProgressLine progress={row} />;
  }
}

function Expected({ row: { elapsedMs, expectedMs } }: { readonly row: LiveRow & { kind: 'running' } }): ReactNode {
  if (expectedMs === undefined || expectedMs < 1) return null;
  const filled = Math.min(barWidth, Math.round((barWidth * elapsedMs) / expectedMs));
  return (
    <>
      {' '}
      <Text color="green">{'█'.repeat(filled)}</Text>
      <Text dimColor>{`${'░'.repeat(barWidth - filled)} ${formatElapsed(expectedMs)}`}</Text>
    </>
  );
}

function ProgressLine({
  progress: { done, steps, hits, misses, failed, savedMs, leftMs, isEnding },
}: {
  readonly progress: Progress;
}): ReactNode {
  return (
    <>
      <Text bold>{`${done}/${steps}`}</Text>
      {hits > 0 && ` · ${hits} hit${hits === 1 ? '' : 's'}`}
      {savedMs > 0 && ` (${formatDuration(savedMs)} saved)`}
      {misses > 0 && ` · ${misses} miss${misses === 1 ? '' : 'es'}`}
      {failed > 0 && <Text color="red">{` · ${failed} failed`}</Text>}
      {leftMs !== undefined &&
        !isEnding &&
        ` · ~${formatDuration(Math.max(1000, Math.round(leftMs / 1000) * 1000)).replace('.00', '')} left`}
      <Text dimColor>{isEnding ? ' · ending; q kills' : ' · ↑↓ Enter: output · q: end'}</Text>
    </>
  );
}

const barWidth = 8;
const spinnerFrames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** `text` in exactly `width` columns. */
function cell(text: string, width: number): string {
  const cut = cliTruncate(text, width);
  return cut + ' '.repeat(Math.max(0, width - stringWidth(cut)));
}

/** `0.4s`, `12.0s`, `1m 4s`. */
function formatElapsed(milliseconds: number): string {
  return milliseconds < 59_950 ? `${(milliseconds / 1000).toFixed(1)}s` : formatDuration(milliseconds);
}
