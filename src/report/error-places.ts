/** A mistake that the output of a command tells of, and where it is. */
export interface ErrorPlace {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly message: string;
}

/**
 * The places in files of the workspace that an output names: `src/a.ts:3:14`, `src/a.ts(3,14)`, and of a stack trace the
 * topmost place that is the user's. Each once, in order, `most` at most. `locate`: the file that a path means, if it is one of theirs.
 */
export function errorPlaces(output: string, locate: (path: string) => string | undefined, most: number): ErrorPlace[] {
  const found = new Map<string, ErrorPlace>();
  let above = '';
  let isInKnownStack = false;
  for (const line of output.split(/\r?\n/)) {
    if (found.size >= most) break;
    if (line.length > longestLine) continue;
    const isFrame = /^\s+at /.test(line);
    if (!isFrame) isInKnownStack = false;
    const place = isInKnownStack ? undefined : placeIn(line, locate);
    if (place !== undefined) {
      const key = `${place.file}:${place.line}:${place.column}`;
      const message = isFrame ? above : line.trim();
      if (!found.has(key)) found.set(key, { ...place, message });
      isInKnownStack = isFrame;
    }
    if (!isFrame && line.trim() !== '') above = line.trim();
  }
  return [...found.values()];
}

/** No tool tells of a mistake in a line of this length; a minified file does. */
const longestLine = 4096;

/** After a path: `:3:14`, `:3` at the end of a word, `(3,14)`. */
const place = /(?:^|[\s('"[])((?:file:\/\/)?[^\s\0('"[\]:]+\.\w{1,8})(?::(\d{1,9})(?::(\d{1,9}))?|\((\d{1,9}),(\d{1,9})\))(?![\w/])/g;

function placeIn(line: string, locate: (path: string) => string | undefined): Omit<ErrorPlace, 'message'> | undefined {
  for (const [, path = '', lineNumber, column, tscLine, tscColumn] of line.matchAll(place)) {
    const file = /(?:^|\/)node_modules\//.test(path) ? undefined : locate(path.replace(/^file:\/\//, ''));
    const [at, start] = [lineNumber ?? tscLine, column ?? tscColumn];
    if (file !== undefined && at !== undefined) return { file, line: Number(at), ...(start !== undefined && { column: Number(start) }) };
  }
  return undefined;
}
