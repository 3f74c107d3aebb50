import { render, Text, useInput } from 'ink';
import { useEffect, useState, type ReactNode } from 'react';
import { frameSink } from './frame-sink.ts';
import { LiveArea } from './live-area.ts';
import type { Sink } from './page.ts';
import { TaskSearch, visibleRows, type PickerRow } from './picker-state.ts';
import { widthOf } from './terminal.ts';

/** By the ids of tasks: of which a result is stored, and which ever ran. */
interface TaskMarks {
  readonly cached: ReadonlySet<string>;
  readonly ran: ReadonlySet<string>;
}

export interface PickerOptions {
  readonly rows: readonly PickerRow[];
  /** What is typed already. */
  readonly query: string;
  /** Once they are known; nothing where they cannot be. */
  readonly marks: Promise<TaskMarks | undefined>;
  readonly terminal: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Sink;
  readonly hasColors: boolean;
}

/** Lets the user choose a task; `undefined` when they leave without. Nothing of it stays on the terminal. */
export async function pickTask(options: PickerOptions): Promise<PickerRow | undefined> {
  const { terminal, stdin, stdout, hasColors } = options;
  const area = new LiveArea(stdout, { hasColors });
  area.open();
  let done: (row?: PickerRow) => void;
  const picking = new Promise<PickerRow | undefined>((resolve) => (done = resolve));
  const { unmount } = render(<Picker {...options} onDone={(row) => done(row)} />, {
    stdout: frameSink({ draw: (lines) => area.draw(lines), columns: () => widthOf(terminal) }),
    stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    // As `frameSink` wants it.
    debug: true,
  });
  const picked = await picking;
  unmount();
  area.close();
  // Else the next bytes would be taken from whoever reads the terminal now.
  stdin.pause();
  return picked;
}

function Picker({ rows, query, marks, terminal, onDone }: PickerOptions & { readonly onDone: (row?: PickerRow) => void }): ReactNode {
  const [search] = useState(() => new TaskSearch(rows));
  const [state, setState] = useState(() => search.open(query));
  const known = useKnown(marks);
  const height = useHeight(terminal);
  useInput((input, key) => {
    const [typed = '', ...rest] = input.split(/[\r\n]/);
    if (key.ctrl) return input === 'c' ? onDone() : undefined;
    if (key.escape) return state.query === '' ? onDone() : setState(search.press(state, 'clear'));
    if (key.return) return onDone(state.matches[state.cursor]);
    if (key.upArrow || key.downArrow) return setState(search.press(state, key.upArrow ? 'up' : 'down'));
    if (key.backspace || key.delete) return setState(search.press(state, 'erase'));
    if (key.tab || key.meta) return undefined;
    // Keys that came at once come as one text.
    const next = search.press(state, { typed });
    return rest.length > 0 ? onDone(next.matches[0]) : setState(next);
  });
  const { rows: shown, first } = visibleRows(state, height);
  return (
    <>
      <Text wrap="truncate">
        <Text color="cyan">❯</Text> {state.query}
        <Text inverse> </Text>
        <Text dimColor>{` ${state.matches.length}/${rows.length} · ↑↓ Enter: run · Esc`}</Text>
      </Text>
      {shown.map((row, index) => (
        <Row key={row.id} row={row} isChosen={first + index === state.cursor} mark={markOf(row, known)} />
      ))}
    </>
  );
}

type Mark = 'cached' | 'never run' | undefined;

/** A result may come from another checkout. */
function markOf({ id }: PickerRow, marks: TaskMarks | undefined): Mark {
  if (marks === undefined) return undefined;
  return marks.cached.has(id) ? 'cached' : marks.ran.has(id) ? undefined : 'never run';
}

function Row({ row, isChosen, mark }: { readonly row: PickerRow; readonly isChosen: boolean; readonly mark: Mark }): ReactNode {
  return (
    <Text wrap="truncate">
      <Text color="cyan">{isChosen ? '› ' : '  '}</Text>
      <Text bold={isChosen} color="blue">
        {row.label}
      </Text>
      {': '}
      {mark && <Text color={mark === 'cached' ? 'green' : 'yellow'}>{mark} </Text>}
      <Text dimColor={!isChosen}>{row.command}</Text>
    </Text>
  );
}

function useKnown(marks: PickerOptions['marks']): TaskMarks | undefined {
  const [known, setKnown] = useState<TaskMarks>();
  useEffect(() => void marks.then(setKnown), [marks]);
  return known;
}

/** How many rows of tasks there is room for. */
function useHeight(terminal: NodeJS.WriteStream): number {
  const [height, setHeight] = useState(() => heightOf(terminal));
  useEffect(() => {
    const resized = () => setHeight(heightOf(terminal));
    terminal.on('resize', resized);
    return () => void terminal.off('resize', resized);
  }, [terminal]);
  return height;
}

function heightOf({ rows }: NodeJS.WriteStream): number {
  return Math.max(1, Math.min(MOST_ROWS, (rows || 24) - 2));
}

const MOST_ROWS = 15;
