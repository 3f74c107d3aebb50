import type { Sink, StreamName } from './page.ts';

/**
 * Two streams that are one terminal. What is written to them while `during` runs goes out together and in its order, in as few
 * pieces as there are changes from one to the other: a terminal wakes its reader for each piece, and that is what writing costs.
 */
export class JoinedWrites {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly #sinks: Readonly<Record<StreamName, Sink>>;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #heldFor: StreamName = 'stdout';
  #holds = false;

  constructor(sinks: Readonly<Record<StreamName, Sink>>) {
    this.#sinks = sinks;
    this.stdout = { write: (chunk) => this.#write('stdout', chunk) };
    this.stderr = { write: (chunk) => this.#write('stderr', chunk) };
  }

  during(write: () => void): void {
    this.#holds = true;
    try {
      write();
    } finally {
      this.#holds = false;
      this.#flush();
    }
  }

  #write(name: StreamName, chunk: Uint8Array | string): void {
    if (name !== this.#heldFor) this.#flush();
    this.#heldFor = name;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (!this.#holds || this.#heldBytes > most) this.#flush();
  }

  #flush(): void {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (held.length > 0) this.#sinks[this.#heldFor].write(held.length === 1 ? held[0]! : Buffer.concat(held));
  }
}

/** Larger logs go out in pieces. */
const most = 65_536;
