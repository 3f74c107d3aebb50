/** Colours a text; leaves an empty one empty. */
type Paint = (text: string) => string;

export interface Palette {
  readonly blue: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly red: Paint;
  readonly grey: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
}

/** The colours of a stream; without colours every one of them gives the text back as it is. */
export function palette(hasColors: boolean): Palette {
  return hasColors ? colored : plain;
}

/**
 * Whether colours belong on a stream. `FORCE_COLOR` wins over `NO_COLOR`, as in Node, and both over what the stream is;
 * either one counts only if it is not empty.
 */
export function wantsColors(stream: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  if (env['NO_COLOR']) return false;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** How many columns there are to write on; 80 where nobody says. */
export function widthOf(stream: { readonly columns?: number }): number {
  return Math.max(stream.columns ?? 80, narrowest);
}

/**
 * Takes the colour codes (SGR sequences) out of `text` and nothing else. `rest` is an ending of `text` that may turn out to be
 * the start of one.
 */
export function removeColors(text: string): { readonly text: string; readonly rest: string } {
  const rest = unfinishedColor.exec(text)?.[0] ?? '';
  return { text: text.slice(0, text.length - rest.length).replace(color, ''), rest };
}

/** Leaves of `text` what can stand on a line: colours, tabs and all that is seen. */
export function keepColors(text: string): string {
  return text.replace(sequence, (found) => (isColor.test(found) ? found : '')).replace(control, '');
}

/** Whether `text` is lines of nothing but what `keepColors` keeps, without colours. */
export function isText(text: string): boolean {
  return !notText.test(text);
}

/** Leaves of `text` what is seen, for a place that has its own colours and where each character has its width. */
export function plainText(text: string): string {
  return removeColors(keepColors(text)).text.replaceAll('\t', ' ');
}

export function withoutColorsAtEnd(text: string): string {
  return text.replace(colorsAtEnd, '');
}

/** What ends the colours that are open after `text`; `before` is what would have ended them before it. */
export function closingOf(text: string, before: string): string {
  const last = text.match(color)?.at(-1);
  if (last === undefined) return before;
  return isReset.test(last) ? '' : '\x1b[0m';
}

/** Whether redrawing has a place there: a terminal that knows how, with somebody before it. */
export function canRedraw(stream: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  const isService = env['CI'] !== undefined && !['', '0', 'false'].includes(env['CI']);
  return stream.isTTY === true && env['TERM'] !== 'dumb' && !isService;
}

export const hideCursor = '\x1b[?25l';
export const showCursor = '\x1b[?25h';

/**
 * Erases from the start of the line at which the cursor is to the end of the screen. Not all of it from the start: in the first
 * row of a screen tmux takes that for the wish to keep what is erased in its scrollback.
 */
export const eraseBelow = '\r\x1b[K\x1b[C\x1b[J\r';

/**
 * Draws `lines` from the cursor's line downwards and leaves the cursor at the start of the first. Each takes one row, whatever the
 * terminal thinks of its width, and the last column stays empty. Where `isOneLine` they are together one line that wraps at each
 * of its ends: most terminals that arrange lines anew when they are resized then keep the cursor where that line starts. tmux does
 * anyway, and moves the start of a long line into its scrollback. The terminal shows the whole at once, if it can.
 */
export function drawBelow(lines: readonly string[], { isOneLine, hasColors }: { isOneLine: boolean; hasColors: boolean }): string {
  const back = lines.length > 1 ? `\x1b[${lines.length - 1}A` : '';
  const shown = hasColors ? lines.map((line) => `${line}\x1b[0m`) : lines.map((line) => removeColors(line).text);
  const rows = shown.map((line) => `\x1b[?7l${line}\x1b[?7h`);
  return `\x1b[?2026h${eraseBelow}${rows.join(isOneLine ? wrap : '\r\n')}\r${back}\x1b[?2026l`;
}

/** A blank in the last column, wherever that is, another that goes to the next row, and back to the start of it. */
const wrap = '\x1b[999G  \r';

/** A line that GitLab takes as a mark, and of which a terminal shows `text` alone. */
export function sectionMark(mark: string, text: string): string {
  return `\x1b[0K${mark}\r\x1b[0K${text}`;
}

const narrowest = 20;

// oxlint-disable-next-line no-control-regex -- escapes are what these look for
const color = /\x1b\[[\d;:]*m/g;
// oxlint-disable-next-line no-control-regex
const colorsAtEnd = /(?:\x1b\[[\d;:]*m)+$/;
// oxlint-disable-next-line no-control-regex
const isColor = /^\x1b\[[\d;:]*m$/;
/** An end of all colours, and what sets none after it. */
// oxlint-disable-next-line no-control-regex
const isReset = /^\x1b\[(?:[\d;:]*[;:])?0*m$/;
/** CSI; OSC, DCS and the other strings; everything shorter. */
const sequence =
  // oxlint-disable-next-line no-control-regex
  /[\x1b]\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-Z\\^-~]/g;
/** All of C0 but tab and the escape of colours, DEL, C1, and what reorders text. */
// oxlint-disable-next-line no-control-regex
const control = /[\0-\x08\n-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\x1b(?!\[[\d;:]*m)/g;
// oxlint-disable-next-line no-control-regex
const notText = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
/** Bounded, so that a flood of digits is not held back for ever. */
// oxlint-disable-next-line no-control-regex
const unfinishedColor = /\x1b(?:\[[\d;:]{0,64})?$/;

const colored: Palette = {
  blue: paint(34, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  red: paint(31, 39),
  grey: paint(90, 39),
  bold: paint(1, 22),
  dim: paint(2, 22),
};

const asIs: Paint = (text) => text;
const plain: Palette = { blue: asIs, green: asIs, yellow: asIs, red: asIs, grey: asIs, bold: asIs, dim: asIs };

function paint(open: number, close: number): Paint {
  return (text) => (text === '' ? '' : `\x1b[${open}m${text}\x1b[${close}m`);
}
