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

/** A line that GitLab takes as a mark, and of which a terminal shows `text` alone. */
export function sectionMark(mark: string, text: string): string {
  return `\x1b[0K${mark}\r\x1b[0K${text}`;
}

const narrowest = 20;

// oxlint-disable-next-line no-control-regex -- escapes are what these look for
const color = /\x1b\[[\d;:]*m/g;
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
