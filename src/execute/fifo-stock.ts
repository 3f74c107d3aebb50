import { codeOf, removeIfPossible } from '../base/files.ts';
import { joinPath, type AbsolutePath } from '../base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from '../base/private-directory.ts';

/** FIFOs in one directory that are named by numbers, `first` being the lowest. */
export interface FifoBatch {
  readonly directory: AbsolutePath;
  readonly first: number;
  readonly count: number;
}

/** Whether they are there afterwards. */
export type MakeFifos = (batch: FifoBatch) => Promise<boolean>;

/**
 * Names of FIFOs. Node cannot make any, so they are made by somebody else, many at once. They are in a private directory
 * away from the workspace, and may vanish at any time all the same.
 */
export class FifoStock {
  readonly #make: MakeFifos;
  readonly #temporary: AbsolutePath;
  #directory: AbsolutePath | undefined;
  /** No name is used twice: one that was taken may still have to be opened by others. */
  #first = 0;
  #names: AbsolutePath[] = [];
  #making: Promise<boolean> | undefined;

  /** Nothing is made before it is needed. */
  constructor(make: MakeFifos, temporary = temporaryDirectory()) {
    this.#make = make;
    this.#temporary = temporary;
  }

  /** What `open` gives for so many names, a divisor of the batch; `undefined` where there can be none. */
  async open<Opened>(count: number, open: (names: readonly AbsolutePath[]) => Opened | undefined): Promise<Opened | undefined> {
    // If somebody cleaned up the temporary files, that has taken every name: only a new directory may help.
    for (let triesLeft = 2; triesLeft > 0; triesLeft--) {
      while (this.#names.length < count) if (!(await this.fill())) return undefined;
      const opened = open(this.#names.splice(0, count));
      if (opened) return opened;
      this.close();
    }
    return undefined;
  }

  /** One batch at a time, however many wait for it. */
  fill(): Promise<boolean> {
    this.#making ??= this.#makeBatch().finally(() => (this.#making = undefined));
    return this.#making;
  }

  /** Removes what is left of the names. What was opened stays open. */
  close(): void {
    this.#names = [];
    if (this.#directory !== undefined) removeIfPossible(this.#directory);
    this.#directory = undefined;
  }

  async #makeBatch(): Promise<boolean> {
    if (this.#directory !== undefined && (await this.#addTo(this.#directory))) return true;
    this.close();
    this.#directory = unlessRefused(() => makePrivateDirectory(this.#temporary));
    if (this.#directory !== undefined && (await this.#addTo(this.#directory))) return true;
    this.close();
    return false;
  }

  async #addTo(directory: AbsolutePath): Promise<boolean> {
    const first = this.#first;
    this.#first += BATCH;
    if (!(await this.#make({ directory, first, count: BATCH }))) return false;
    for (let number = first; number < first + BATCH; number++) this.#names.push(joinPath(directory, String(number)));
    return true;
  }
}

/** `undefined` when the system refuses. */
export function unlessRefused<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** A multiple of what is taken at once, so that a batch is used up when the next is made. */
const BATCH = 64;
