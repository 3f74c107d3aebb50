import { decodePath, encodePath } from '../../base/path.ts';

/**
 * What a tool and the runner say to each other: one JSON object a line over a stream socket. `README.md` beside this file
 * is the page for those who write a client.
 *
 * Within a version, members and kinds of requests may be added: whoever does not know a member leaves it alone, and a kind
 * of request that the runner does not know is answered with an `error`, after which the step is not stored.
 */
export const PROTOCOL_VERSION = 1;

/** How a tool finds the runner: names in its environment. */
export const ipcVariables = {
  /** The path of the socket. */
  endpoint: 'REPRISE_IPC',
  token: 'REPRISE_IPC_TOKEN',
  /** A module whose `load()` gives the client for Node; the published `@voidzero-dev/vite-task-client` looks for it. */
  nodeClient: 'VP_RUN_NODE_CLIENT_PATH',
} as const;

export const ipcLimits = {
  /** Of a line that a client sends, its end included. */
  frameBytes: 64 * 1024,
  /** At one time. */
  clients: 1024,
  /** Of all distinct paths, names and patterns that the clients of a step report. */
  reportBytes: 32 * 1024 * 1024,
  /** Of answers that a client has not taken yet. */
  unreadBytes: 8 * 1024 * 1024,
} as const;

/** A text that may be any bytes: a string where they are UTF-8. */
export type Text = string | { readonly base64: string };

/** The first line of a client. It is answered only when it is refused. */
export interface Hello {
  readonly type: 'hello';
  readonly version: number;
  readonly token: string;
  /** Who speaks, for messages. */
  readonly client?: string;
}

export type Report =
  /** The path, absolute, and all below it. */
  | { readonly type: 'ignoreInput'; readonly path: Text }
  | { readonly type: 'ignoreOutput'; readonly path: Text }
  | { readonly type: 'disableCache' };

/** `tracked` is true unless given. */
export type Question =
  | { readonly type: 'getEnv'; readonly name: Text; readonly tracked?: boolean }
  | { readonly type: 'getEnvs'; readonly glob: Text; readonly tracked?: boolean }
  | { readonly type: 'getEnvs'; readonly prefix: Text; readonly tracked?: boolean };

/** A report has no answer; questions are answered in their order. */
export type Request = Report | Question;

export type Answer =
  /** To `getEnv`; `null`: there is no such variable. */
  | { readonly type: 'env'; readonly value: Text | null }
  /** To `getEnvs`, sorted by name. */
  | { readonly type: 'envs'; readonly values: readonly (readonly [name: Text, value: Text])[] }
  /** The runner does not go on with this client, and closes the connection. */
  | Refusal;

export interface Refusal {
  readonly type: 'error';
  readonly code: 'unknown-version' | 'wrong-token' | 'malformed' | 'unknown-request' | 'too-large' | 'too-many';
  readonly message: string;
  /** With `unknown-version`: those that the runner speaks. */
  readonly versions?: readonly number[];
}

/** In memory a text is a string in the scheme of `decodePath`, so that all bytes round-trip. */
export function encodeText(text: string): Text {
  return /[\uDC80-\uDCFF]/u.test(text) ? { base64: encodePath(text).toString('base64') } : text;
}

/** `undefined` for what is no text. Half of a surrogate pair, which no UTF-8 holds, becomes U+FFFD. */
export function decodeText(text: unknown): string | undefined {
  if (typeof text === 'string') return Buffer.from(text, 'utf8').toString('utf8');
  if (typeof text !== 'object' || text === null || !('base64' in text) || typeof text.base64 !== 'string') return undefined;
  return decodePath(Buffer.from(text.base64, 'base64'));
}

export function encodeFrame(frame: Hello | Request | Answer): string {
  return `${JSON.stringify(frame)}\n`;
}
