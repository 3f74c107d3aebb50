import { expect, test } from 'vitest';
import { JoinedWrites } from '../../../ui/joined-writes.ts';

function joined() {
  const written: string[] = [];
  const sink = (name: string) => ({
    write: (chunk: Uint8Array | string) => written.push(`${name} ${Buffer.from(chunk as string).toString()}`),
  });
  return { written, writes: new JoinedWrites({ stdout: sink('out'), stderr: sink('err') }) };
}

test('what is written together goes out together, in its order over both streams', () => {
  const { written, writes } = joined();
  writes.during(() => {
    writes.stdout.write('one ');
    writes.stdout.write(Buffer.from('two'));
    writes.stderr.write('three');
    writes.stdout.write('four');
  });
  writes.stdout.write('alone');

  expect(written).toEqual(['out one two', 'err three', 'out four', 'out alone']);
});

test('nothing is kept by an error, and a large log goes out in pieces', () => {
  const { written, writes } = joined();
  const failing = () =>
    writes.during(() => {
      for (let piece = 0; piece < 3; piece++) writes.stdout.write('x'.repeat(40_000));
      throw new Error('broken');
    });

  expect(failing).toThrow('broken');
  expect(written.map((text) => text.length - 'out '.length)).toEqual([80_000, 40_000]);
});
