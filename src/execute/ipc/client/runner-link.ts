/** A way to the runner, on which the caller waits. Whatever is wrong with it is thrown as `RunnerLost`. */
export interface RunnerLink {
  /** Returns when the runner is certain to get the frames, even if this process is killed right after it. */
  readonly tell: (frames: string) => void;
  /** The line that answers; the last of the frames is a question, and the only one. */
  readonly ask: (frames: string) => string;
}

export interface LinkOptions {
  /** Of the socket. */
  readonly endpoint: string;
  /** The frame that every connection begins with. */
  readonly hello: string;
  /** Of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In milliseconds: a runner that hangs must not hang a tool for good. */
  readonly patience: number;
}

export class RunnerLost extends Error {
  override readonly name = 'RunnerLost';
  /** The runner may believe that this client got what it asked for, and said what it had to say. */
  readonly isUnnoticed: boolean;

  constructor(message: string, { isUnnoticed = false } = {}) {
    super(message);
    this.isUnnoticed = isUnnoticed;
  }
}
