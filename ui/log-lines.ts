import { StringDecoder } from 'node:string_decoder';
import type { OutputFilter } from './output-filter.ts';
import { closingOf, isText, keepColors } from './terminal.ts';

/**
 * Makes a log of what a tool wrote for a terminal of its own: whole lines that hold nothing but text and colours, so that it stays in
 * its place among other logs. Of a line that the tool went back to, as progress bars do, the last state remains.
 * A line of more than 1 MB is broken there. Colours that are open at the end are closed.
 */
export function logLines(): OutputFilter {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let closing = '';
  const shown = (lines: string): Uint8Array => {
    // Most output is text alone, and there may be a lot of it.
    if (isText(lines)) return Buffer.from(lines);
    const text = lines.split('\n').map(lastState).join('\n');
    closing = closingOf(text, closing);
    return Buffer.from(text);
  };
  return {
    push(bytes) {
      const text = held + decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      const end = text.lastIndexOf('\n') + 1;
      held = overwritten(text.slice(end));
      if (held.length <= longestLine) return shown(text.slice(0, end));
      const broken = `${text.slice(0, end)}${held}\n`;
      held = '';
      return shown(broken);
    },
    end() {
      held += decoder.end();
      const rest = held === '' ? '' : `${held}\n`;
      held = '';
      return Buffer.concat([shown(rest), Buffer.from(closing)]);
    },
  };
}

const longestLine = 1024 * 1024;

/** What a line shows after all that was written over it. */
export function lastState(line: string): string {
  return keepColors(line.split('\r').findLast((part) => part !== '') ?? '');
}

/** Keeps of an unfinished line only what can still be seen of it. */
function overwritten(line: string): string {
  const end = line.lastIndexOf('\r', line.length - 2);
  return end < 0 ? line : line.slice(end + 1);
}
