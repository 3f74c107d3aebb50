import { expect, test } from 'vitest';
import { HeldLog } from '../../../ui/held-log.ts';
import { logLines } from '../../../ui/log-lines.ts';
import { OutputTail } from '../../../ui/output-tail.ts';
import { cut, seededRandom } from './random.ts';

function lines(...chunks: readonly (string | Uint8Array)[]): string {
  const filter = logLines();
  return Buffer.concat([...chunks.map((chunk) => filter.push(Buffer.from(chunk as string))), filter.end()]).toString();
}

test.each([
  ['text and colours', '\x1b[1;38:2::1:2:3mred\x1b[0m\tplain', '\x1b[1;38:2::1:2:3mred\x1b[0m\tplain\n'],
  ['movements and erasures', '\x1b[2J\x1b[3;4Ha\x1b[1A\x1b[Kb\x1b7c\x1b8\x1bM', 'abc\n'],
  ['modes and questions', '\x1b[?1049h\x1b[?25la\x1b[6n\x1b[>c\x1b[?u\x1b[!p', 'a\n'],
  ['titles, links and other strings', '\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\x1bPq#1\x1b\\', 'link\n'],
  ['eight-bit controls', '\u009b2Ja\u0085b', 'ab\n'],
  ['bells, backspaces and what reorders text', 'a\x07\x08b\x0c\u202ec', 'abc\n'],
  ['a progress bar', '10%\r50%\r\x1b[K100%\ndone', '100%\ndone\n'],
  ['lines of Windows', 'a\r\nb\r\r\n\r\n', 'a\nb\n\n'],
  ['colours left open', '\x1b[31mred\nstill\n', '\x1b[31mred\nstill\n\x1b[0m'],
  ['a lone escape', 'a\x1b', 'a\n'],
  ['an unfinished sequence', 'a\x1b[12', 'a[12\n'],
])('%s', (_, written, shown) => {
  expect(lines(written)).toBe(shown);
});

const pieces = ['漢字', 'e\u0301', '\x1b[31m', '\x1b[0m', '\x1b[2K', '\r', '\n', 'word ', '\x1b]0;t\x07', '👩‍👩‍👧'];

test('however output is cut into chunks, the lines are the same', () => {
  const random = seededRandom(7);
  const written = Buffer.from(Array.from({ length: 2000 }, () => pieces[Math.floor(random() * pieces.length)]).join(''));

  expect(lines(...cut(written, random))).toBe(lines(written));
});

test('a log gives both streams in the order in which they were written, however long', () => {
  const log = new HeldLog();
  for (let index = 0; index < 3000; index++)
    log.append(index % 2 === 0 ? 'stdout' : 'stderr', Buffer.from(`${index} ${'x'.repeat(1000)}\n`));
  const taken = [...log.take()].map(({ stream, bytes }) => ({ stream, text: Buffer.from(bytes).toString() }));

  expect(taken.map(({ text }) => text).join('')).toBe(
    Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(1000)}\n`).join(''),
  );
  expect(taken.filter(({ stream, text }) => (stream === 'stdout') !== (Number.parseInt(text, 10) % 2 === 0) && /^\d/.test(text))).toEqual(
    [],
  );
});

test('the last lines are told whatever was cut off before them', () => {
  const tail = new OutputTail();
  for (let index = 0; index < 5000; index++) tail.append(Buffer.from(`漢 ${index}\n`));

  expect(tail.lastLines(2)).toEqual(['漢 4998', '漢 4999']);
  tail.append(Buffer.from('\n'));
  expect(tail.lastLines(3)).toEqual(['漢 4997', '漢 4998', '漢 4999']);
  tail.append(Buffer.alloc(20_000, 'y'));
  expect(tail.lastLines(1)).toEqual(['y'.repeat(8192)]);
  expect(new OutputTail().lastLines(3)).toEqual([]);
});
