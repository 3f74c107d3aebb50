import { Writable } from 'node:stream';

export interface FrameSink {
  /** Takes each frame as lines of at most `columns`. */
  readonly draw: (lines: readonly string[]) => void;
  readonly columns: () => number;
}

/**
 * What Ink writes its frames on (with `debug`), so that whoever draws them decides where they go: Ink's own way of erasing
 * counts rows, which are other rows once the terminal was resized, and it clears the scrollback of a terminal that has become
 * too low.
 */
export function frameSink({ draw, columns }: FrameSink): NodeJS.WriteStream {
  const sink = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      if (text !== '') draw(text.split('\n'));
      done();
    },
  });
  Object.defineProperty(sink, 'columns', { get: columns });
  // Ink reads the width of what it writes on, and nothing else that only a terminal has.
  return sink as NodeJS.WritableStream as NodeJS.WriteStream;
}
