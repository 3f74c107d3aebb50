import { removeColors } from './terminal.ts';

/** Bytes in, bytes out. What a push holds back comes with a later push, or with the end. */
export interface OutputFilter {
  push(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

export function chain(...filters: readonly OutputFilter[]): OutputFilter {
  const pushFrom = (first: number, bytes: Uint8Array) => filters.slice(first).reduce((passed, filter) => filter.push(passed), bytes);
  return {
    push: (bytes) => pushFrom(0, bytes),
    end: () => Buffer.concat(filters.flatMap((filter, index) => pushFrom(index + 1, filter.end()))),
  };
}

/** Takes colour codes out of a stream, however they are cut into chunks. Every other byte passes, text or not. */
export function stripColors(): OutputFilter {
  let held = '';
  return {
    push(bytes) {
      const { text, rest } = removeColors(held + toByteString(bytes));
      held = rest;
      return toBytes(text);
    },
    end() {
      const last = held;
      held = '';
      return toBytes(last);
    },
  };
}

/** The same by whole lines, or more than 1 MB of one; a line that without its colours would be one of those that `isForbidden` tells keeps them. */
export function stripColorsExcept(isForbidden: (line: string) => boolean): OutputFilter {
  const stripped = (line: string) => {
    const { text, rest } = removeColors(line);
    return isForbidden(text + rest) && !isForbidden(line) ? line : text + rest;
  };
  let held = '';
  return {
    push(bytes) {
      const lines = (held + toByteString(bytes)).split('\n');
      held = lines.pop() ?? '';
      const whole = lines.map((line) => `${stripped(line)}\n`).join('');
      if (held.length <= longestLine) return toBytes(whole);
      const start = stripped(held);
      held = '';
      return toBytes(whole + start);
    },
    end() {
      const last = stripped(held);
      held = '';
      return toBytes(last);
    },
  };
}

/**
 * Puts `prefix` before every line of a stream, and after every carriage return that goes back to the start of one. Lines pass
 * only when they are whole, so that those of several streams can share a screen; one of more than 1 MB is broken there.
 */
export function prefixLines(prefix: string): OutputFilter {
  const start = toByteString(Buffer.from(prefix));
  const prefixed = (line: string) => start + line.replace(/\r(?=[^\r])/g, () => `\r${start}`);
  let held = '';
  return {
    push(bytes) {
      const chunk = toByteString(bytes);
      const end = chunk.lastIndexOf('\n');
      const lines = end < 0 ? [] : (held + chunk.slice(0, end)).split('\n');
      held = end < 0 ? held + chunk : chunk.slice(end + 1);
      if (held.length > longestLine) {
        lines.push(held);
        held = '';
      }
      return toBytes(lines.map((line) => `${prefixed(line)}\n`).join(''));
    },
    end() {
      const last = held === '' ? '' : prefixed(held);
      held = '';
      return toBytes(last);
    },
  };
}

const longestLine = 1024 * 1024;

/** One character a byte, so that text patterns see bytes and no byte is lost. */
function toByteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function toBytes(byteString: string): Uint8Array {
  return Buffer.from(byteString, 'latin1');
}
