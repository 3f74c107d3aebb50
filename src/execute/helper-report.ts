import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import type { NotStarted } from './exit.ts';
import { ReportFrames, type Frame } from './trace/report-frames.ts';

type FrameOf<Kind extends Frame['kind']> = Extract<Frame, { readonly kind: Kind }>;

/** What the trace helper tells, as it tells it. Each promise gives `undefined` when the report ends without that frame. */
export interface HelperReport {
  readonly started: Promise<FrameOf<'started'> | undefined>;
  readonly mainEnded: Promise<FrameOf<'exited' | 'signalled' | 'not-started'> | undefined>;
  /** Every frame, once no more will come. */
  readonly frames: Promise<readonly Frame[]>;
}

/** Of a command whose helper says nothing of its end. */
export const endedEarly: NotStarted = { kind: 'not-started', code: 126, why: 'the trace helper ended early' };

export function followReport(stream: Readable): HelperReport {
  const parser = new ReportFrames();
  const frames: Frame[] = [];
  const seen = new EventEmitter();
  const first = <Kind extends Frame['kind']>(...kinds: readonly Kind[]) =>
    new Promise<FrameOf<Kind> | undefined>((resolve) => {
      for (const kind of kinds) seen.once(kind, resolve);
      stream.once('close', () => resolve(undefined));
    });
  // Reading ends with an error only where it would end anyway: the helper is gone.
  stream.on('error', () => {});
  stream.on('data', (bytes: Buffer) => {
    for (const frame of parser.push(bytes)) {
      frames.push(frame);
      seen.emit(frame.kind, frame);
    }
  });
  return {
    started: first('started'),
    mainEnded: first('exited', 'signalled', 'not-started'),
    frames: first('end').then(() => frames),
  };
}
