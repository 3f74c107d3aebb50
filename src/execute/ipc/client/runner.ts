import type { NamePattern } from '../../../base/name-pattern.ts';
import { encodeFrame, encodeText, PROTOCOL_VERSION, type Question, type Report } from '../protocol.ts';
import { valueIn, variablesIn, type Variable } from './answers.ts';
import { openLink } from './open-link.ts';
import { RunnerLost, type LinkOptions, type RunnerLink } from './runner-link.ts';

export interface RunnerOptions {
  readonly endpoint: string;
  readonly token: string;
  /** Who speaks, for the runner's messages. */
  readonly client: string;
  /** Of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Tracking {
  /** Whether the result depends on the answer. */
  readonly tracked: boolean;
}

const PATIENCE = 10_000;

/**
 * The runner, as a tool sees it: calls return when they have been heard. Texts are in the scheme of `decodePath`, so that
 * all bytes go both ways. Connects at the first call. Throws `RunnerLost`, and is of no use after that.
 */
export class Runner {
  readonly #options: LinkOptions;
  #link: RunnerLink | undefined;

  constructor({ endpoint, token, client, env }: RunnerOptions) {
    const hello = encodeFrame({ type: 'hello', version: PROTOCOL_VERSION, token, client });
    this.#options = { endpoint, hello, env, patience: PATIENCE };
  }

  report(reports: readonly Report[]): void {
    this.#attempt((link) => link.tell(reports.map(encodeFrame).join('')));
  }

  /** `undefined`: the runner has no such variable. */
  getEnv(name: string, tracking: Tracking): string | undefined {
    return this.#ask({ type: 'getEnv', name: encodeText(name), ...spelled(tracking) }, valueIn);
  }

  /** Sorted by name. */
  getEnvs(pattern: NamePattern, tracking: Tracking): readonly Variable[] {
    const names = 'glob' in pattern ? { glob: encodeText(pattern.glob) } : { prefix: encodeText(pattern.prefix) };
    return this.#ask({ type: 'getEnvs', ...names, ...spelled(tracking) }, variablesIn);
  }

  #ask<Value>(question: Question, read: (line: string) => Value): Value {
    return this.#attempt((link) => read(link.ask(encodeFrame(question))));
  }

  #attempt<Value>(act: (link: RunnerLink) => Value): Value {
    try {
      this.#link ??= openLink(this.#options);
      return act(this.#link);
    } catch (error) {
      if (error instanceof RunnerLost && error.isUnnoticed) this.#forbidStoring();
      throw error;
    }
  }

  /** The runner may take for said and answered what was not: a result that was made without it must not be stored. */
  #forbidStoring(): void {
    try {
      openLink(this.#options).tell(encodeFrame({ type: 'disableCache' }));
    } catch (error) {
      if (!(error instanceof RunnerLost)) throw error;
    }
  }
}

function spelled({ tracked }: Tracking): { readonly tracked?: false } {
  return tracked ? {} : { tracked: false };
}
