import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { LiveArea } from '../../../ui/live-area.ts';
import { seededRandom } from './random.ts';

type Terminal = InstanceType<typeof headless.Terminal>;

/** All lines of a terminal; one that is wrapped is one line. */
function linesOf({ buffer: { active } }: Terminal): string[] {
  const rows = Array.from({ length: active.length }, (_, index) => active.getLine(index));
  const lines = rows.reduce<string[]>((lines, row) => {
    const text = row?.translateToString(true) ?? '';
    return row?.isWrapped ? [...lines.slice(0, -1), (lines.at(-1) ?? '') + text] : [...lines, text];
  }, []);
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

test.each([1, 2, 3, 4, 5, 6])(
  'however a terminal is resized behind its back, an area leaves nothing and takes nothing (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const upTo = (count: number) => Math.floor(random() * count);
    const terminal = new headless.Terminal({ cols: 80, rows: 24, scrollback: 10_000, allowProposedApi: true });
    let written = Promise.resolve();
    const area = new LiveArea({ write: (text) => (written = new Promise((done) => terminal.write(text, done))) });
    const log: string[] = [];
    area.open();
    for (let step = 0; step < 200; step++) {
      // Wide characters that terminals disagree about, and more than fits.
      area.draw(Array.from({ length: 1 + upTo(3) }, () => `${step} ${'漢👩‍👩‍👧░'.repeat(upTo(60))}`));
      if (random() < 0.3) {
        area.lift();
        log.push(`line ${step} ${'x'.repeat(1 + upTo(100))}`);
        written = new Promise((done) => terminal.write(`${log.at(-1)}\r\n`, done));
        area.settle();
      }
      await written;
      if (random() < 0.3) terminal.resize(10 + upTo(150), 4 + upTo(40));
    }
    area.close();
    await written;

    expect(linesOf(terminal)).toEqual(log);
  },
);

test('lines that are the same are not drawn again, and nothing is drawn once it is closed', () => {
  const writes: unknown[] = [];
  const area = new LiveArea({ write: (text) => writes.push(text) });
  area.draw(['before it is open']);
  area.open();
  area.draw(['one']);
  area.draw(['one']);
  area.close();
  area.close();
  area.draw(['after']);

  expect(writes).toHaveLength(4);
});
