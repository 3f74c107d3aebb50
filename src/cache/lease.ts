import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Level } from 'level';
import { codeOf, isWrongKind, stampOf } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';
import { fault, faultFrom, type CacheFault } from './fault.ts';

export type Database = Level<string, Buffer>;

/** A way to a LevelDB. */
export interface DatabaseAccess {
  readonly use: <T>(work: (database: Database) => Promise<T>) => Promise<T | CacheFault>;
  /** Gives it back; the next use opens it again. */
  readonly close: () => Promise<void>;
}

/**
 * Short uses of a LevelDB that other runs use too: LevelDB lets one process in at a time, so the database is opened for
 * a burst of work and closed right after it. Who waits for it leaves a note beside it, and a long burst is cut off for them.
 *
 * Waits at most `PATIENCE_MS` for the lock, once: after that everything is a fault until the end of the run. A damaged
 * database is removed, so that the next run starts afresh.
 */
export class Lease implements DatabaseAccess {
  readonly #location: AbsolutePath;
  /** Whether somebody waits. */
  readonly #note: AbsolutePath;
  #opened: Promise<Database | CacheFault> | undefined;
  #turnStartedAt = 0;
  #users = 0;
  #closing: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #broken: CacheFault | undefined;
  #turnEnd: Promise<void> | undefined;
  #onTurnEnd = (): void => undefined;

  constructor(location: AbsolutePath) {
    this.#location = location;
    this.#note = `${location}.wanted` as AbsolutePath;
  }

  async use<T>(work: (database: Database) => Promise<T>): Promise<T | CacheFault> {
    while (this.#turnEnd !== undefined) await this.#turnEnd;
    if (this.#broken) return this.#broken;
    this.#users++;
    clearTimeout(this.#idle);
    try {
      const database = await (this.#opened ??= this.#open());
      if ('kind' in database) return (this.#broken = database);
      if (Date.now() - this.#turnStartedAt > LONGEST_BURST_MS) this.#endTurnIfWanted();
      return await work(database);
    } catch (error) {
      return await this.#failed(error);
    } finally {
      this.#users--;
      if (this.#users === 0) this.#closeSoon();
    }
  }

  /** Gives the database back to other runs at once. Called before a command is executed and at the end. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const opened = this.#opened;
    if (opened === undefined || this.#users > 0) return this.#closing;
    this.#opened = undefined;
    this.#closing = closeWhenOpen(opened);
    return this.#closing;
  }

  #endTurnIfWanted(): void {
    if (stampOf(this.#note) === undefined) this.#turnStartedAt = Date.now();
    else this.#endTurn();
  }

  /** Nobody new comes in until those inside are done, the database is closed, and others have had a chance at it. */
  #endTurn(): void {
    this.#turnEnd ??= this.#passOn(
      new Promise((resolve) => {
        this.#onTurnEnd = resolve;
      }),
    );
  }

  async #passOn(lastUseEnded: Promise<void>): Promise<void> {
    await lastUseEnded;
    await this.close();
    await delay(PAUSE_MS);
    this.#turnEnd = undefined;
  }

  #closeSoon(): void {
    if (this.#turnEnd !== undefined) this.#onTurnEnd();
    // What is there to be heard after a long piece of work may be the next use.
    else this.#idle = setTimeout(() => (this.#idle = setTimeout(() => void this.close(), 1).unref()), IDLE_MS).unref();
  }

  async #open(): Promise<Database | CacheFault> {
    await this.#closing;
    const { Level } = await import('level');
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const database: Database = new Level(this.#location, { keyEncoding: 'utf8', valueEncoding: 'buffer' });
      try {
        await mkdir(this.#location, { recursive: true });
        await database.open();
        this.#turnStartedAt = Date.now();
        removeNote(this.#note);
        return database;
      } catch (error) {
        const isLocked = error instanceof Error && codeOf(error.cause) === 'LEVEL_LOCKED';
        if (!isLocked) return await this.#failed(error);
        leaveNote(this.#note);
        if (Date.now() >= deadline) return fault('the cache is in use by another run');
        await delay(2 + Math.random() * 20);
      }
    }
  }

  async #removeDamaged(): Promise<void> {
    try {
      await rm(this.#location, { recursive: true, force: true });
    } catch (error) {
      // It stays as it is, and stays a fault.
      if (codeOf(error) === undefined) throw error;
    }
  }

  async #failed(error: unknown): Promise<CacheFault> {
    const trouble = faultFrom('the cache index is unusable', error);
    this.#broken = trouble;
    if (isDamage(error)) await this.#removeDamaged();
    return trouble;
  }
}

const PATIENCE_MS = 1000;
const IDLE_MS = 10;
const LONGEST_BURST_MS = 200;
/** Longer than others wait between two tries. */
const PAUSE_MS = 25;

/** Where it cannot be left, whoever holds the database ends its burst without knowing. */
function leaveNote(note: AbsolutePath): void {
  try {
    writeFileSync(note, '');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

function removeNote(note: AbsolutePath): void {
  try {
    rmSync(note, { force: true });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

async function closeWhenOpen(opened: Promise<Database | CacheFault>): Promise<void> {
  const database = await opened;
  if ('kind' in database) return;
  try {
    await database.close();
  } catch (error) {
    // What was written is written; the next to open it will see what is wrong.
    if (!(error instanceof Error)) throw error;
  }
}

/** LevelDB's or the system's word that what is there makes no sense, as opposed to a disk that is full or not writable. */
function isDamage(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return false;
  // Tables that are missing or cannot be decoded are told as these two errors of the system; the message names a path of ours.
  const isBrokenFile =
    codeOf(cause) === 'LEVEL_IO_ERROR' && /: (?:No such file or directory|Invalid argument|Is a directory)$/.test(cause.message);
  return codeOf(cause) === 'LEVEL_CORRUPTION' || isBrokenFile || isWrongKind(cause);
}
