import { describe, expect, test } from 'vitest';
import { chain, prefixLines, stripColors, type OutputFilter } from '../../../ui/output-filter.ts';
import { cut, seededRandom } from './random.ts';

function filtered(filter: OutputFilter, ...chunks: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat([...chunks.map((chunk) => filter.push(Buffer.from(chunk as string))), filter.end()]);
}

// oxlint-disable-next-line no-control-regex -- an escape is what it looks for
const colorCode = /\x1b\[[\d;:]*m/g;

/** Random picks of `pieces`, joined. */
function compose(pieces: readonly (string | Uint8Array)[], random: () => number): Buffer {
  const count = Math.floor(random() * 30);
  return Buffer.concat(Array.from({ length: count }, () => Buffer.from(pieces[Math.floor(random() * pieces.length)] as string)));
}

describe('stripColors', () => {
  test('takes colour codes out and nothing else', () => {
    expect(filtered(stripColors(), '\x1b[1;31merror\x1b[0m: \x1b[38:2::1:2:3mx\x1b[m').toString()).toBe('error: x');
    expect(filtered(stripColors(), '\x1b[2K\x1b[1Aline\x1b]0;title\x07\x1b[?25m').toString()).toBe(
      '\x1b[2K\x1b[1Aline\x1b]0;title\x07\x1b[?25m',
    );
  });

  test('passes bytes that are no text', () => {
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x9b, 0x6d, 0xc3, 0x28]);

    expect(filtered(stripColors(), bytes)).toEqual(bytes);
  });

  test('holds back only what may become a colour code, and gives it up at the end', () => {
    const filter = stripColors();

    expect(Buffer.from(filter.push(Buffer.from('a\x1b[3'))).toString()).toBe('a');
    expect(Buffer.from(filter.push(Buffer.from('1'))).toString()).toBe('');
    expect(Buffer.from(filter.end()).toString()).toBe('\x1b[31');
  });

  test('does not hold back a flood of digits', () => {
    const flood = `\x1b[${'1'.repeat(100)}`;

    expect(Buffer.from(stripColors().push(Buffer.from(flood))).toString()).toBe(flood);
  });

  test('does the same however the stream is cut', () => {
    const random = seededRandom(1);
    const pieces = [
      '\x1b[31m',
      '\x1b[0m',
      '\x1b[1;38;5;9m',
      '\x1b',
      '\x1b[',
      '\x1b[4',
      'm',
      ';',
      'text',
      '\n',
      'é',
      '🎉',
      '\x1b[2K',
      Buffer.from([0, 0xff, 0xfe]),
    ];
    for (let round = 0; round < 500; round++) {
      const bytes = compose(pieces, random);
      const expected = Buffer.from(bytes.toString('latin1').replace(colorCode, ''), 'latin1');

      expect(filtered(stripColors(), ...cut(bytes, random))).toEqual(expected);
    }
  });
});

describe('prefixLines', () => {
  test('puts the label before every line of one write', () => {
    expect(filtered(prefixLines('[a] '), 'one\ntwo\n\nthree\n').toString()).toBe('[a] one\n[a] two\n[a] \n[a] three\n');
  });

  test('waits for the rest of a line, and leaves the last one as it ended', () => {
    const filter = prefixLines('[a] ');

    expect(Buffer.from(filter.push(Buffer.from('one\ntw'))).toString()).toBe('[a] one\n');
    expect(Buffer.from(filter.push(Buffer.from('o'))).toString()).toBe('');
    expect(Buffer.from(filter.end()).toString()).toBe('[a] two');
  });

  test('repeats the label where a carriage return goes back over it', () => {
    expect(filtered(prefixLines('[a] '), '10%\r20%\r', '\ndos\r\n\r\r\n').toString()).toBe('[a] 10%\r[a] 20%\r\n[a] dos\r\n[a] \r\r\n');
  });

  test('breaks a line that would fill the memory', () => {
    const filter = prefixLines('[a] ');

    expect(filter.push(Buffer.alloc(1024 * 1024 + 1, 'x')).length).toBe('[a] '.length + 1024 * 1024 + 1 + '\n'.length);
  });

  test('labels each line once and loses no byte, however the stream is cut', () => {
    const random = seededRandom(2);
    const pieces = ['\n', '\r\n', '\r', 'text', 'é', '🎉', ' ', '$&', '\x1b[31m', Buffer.from([0, 0xff, 0xfe])];
    for (let round = 0; round < 500; round++) {
      const bytes = compose(pieces, random);
      const output = filtered(prefixLines('[ü#t] '), ...cut(bytes, random));
      const label = Buffer.from('[ü#t] ').toString('latin1');
      const lines = output.toString('latin1').split('\n');

      expect(output.toString('latin1').replaceAll(label, '')).toBe(bytes.toString('latin1'));
      expect(lines.every((line, index) => line.startsWith(label) || (line === '' && index === lines.length - 1))).toBe(true);
    }
  });
});

test('a chain passes through every filter what each holds back until the end', () => {
  expect(filtered(chain(stripColors(), prefixLines('[a] ')), '\x1b[3', '1mred\nrest\x1b[').toString()).toBe('[a] red\n[a] rest\x1b[');
});
