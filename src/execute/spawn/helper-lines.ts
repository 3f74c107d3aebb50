import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { AbsolutePath } from '../../base/path.ts';
import { unlessRefused } from '../fifo-stock.ts';

/** The runner's ends of the FIFOs of one helper. They bring nothing, and no end, before the helper has its own. */
export interface HelperLines {
  /** Of stdout, stderr, report and control. */
  readonly names: readonly AbsolutePath[];
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly report: Readable;
  readonly control: Writable;
}

export const LINES = 4;

/** All or none. */
export function openLines(names: readonly AbsolutePath[]): HelperLines | undefined {
  const opened: number[] = [];
  const isOpen = unlessRefused(() => {
    for (const [index, name] of names.entries()) opened.push(openSync(name, modes[index] ?? reading));
    return true;
  });
  const [stdout, stderr, report, control] = opened;
  if (isOpen && stdout !== undefined && stderr !== undefined && report !== undefined && control !== undefined)
    return { names, stdout: reader(stdout), stderr: reader(stderr), report: reader(report), control: writer(control) };
  for (const descriptor of opened) closeSync(descriptor);
  return undefined;
}

/** For a helper that does not run. */
export function closeLines({ stdout, stderr, report, control }: HelperLines): void {
  for (const stream of [stdout, stderr, report, control]) stream.destroy();
}

const reading = constants.O_RDONLY | constants.O_NONBLOCK;
/** A FIFO that nobody reads cannot be opened to be written to alone. */
const modes = [reading, reading, reading, constants.O_RDWR | constants.O_NONBLOCK];

function reader(fd: number): Socket {
  return new Socket({ fd, readable: true, writable: false }).on('error', () => {});
}

/** An order to a helper that is gone has nobody left to reach. */
function writer(fd: number): Socket {
  return new Socket({ fd, readable: false, writable: true }).on('error', () => {});
}
