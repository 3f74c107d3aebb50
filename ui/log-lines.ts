import { StringDecoder } from 'node:string_decoder';
import type { OutputFilter } from './output-filter.ts';
import { closingOf, keepColors } from './terminal.ts';

/**
 * Makes a log of what a tool wrote for a terminal of its own: whole lines that hold nothing but text and colours, so that it stays in
 * its place among other logs. Of a line that the tool went back to, as progress bars do, the last state remains.
 * A line of more than 1 MB is broken there. Colours that are open at the end are closed.
 */
export function logLines(): OutputFilter {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let closing = '';
  const whole = (lines: readonly string[]): Uint8Array => {
    const text = lines.map((line) => `${lastState(line)}\n`).join('');
    closing = closingOf(text, closing);
    return Buffer.from(text);
  };
  return {
    push(bytes) {
      const chunk = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      const lines = (held + chunk).split('\n');
      held = overwritten(lines.pop() ?? '');
      if (held.length > longestLine) {
        lines.push(held);
        held = '';
      }
      return whole(lines);
    },
    end() {
      held += decoder.end();
      const rest = held === '' ? [] : [held];
      held = '';
      return Buffer.concat([whole(rest), Buffer.from(closing)]);
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
