import { randomBytes } from 'node:crypto';
import { joinPath, parentOf, type AbsolutePath } from '../../base/path.ts';
import type { Endpoints } from './endpoints.ts';
import type { IpcServer, IpcServers, ServerRequest } from './ports.ts';
import { ipcVariables } from './protocol.ts';
import type { Reported, Reports } from './reports.ts';

/** What the sessions of a run share. */
export interface IpcHost {
  readonly servers: IpcServers;
  readonly endpoints: Endpoints;
  /** The module behind `VP_RUN_NODE_CLIENT_PATH`; `undefined`: it was not built. */
  readonly nodeClient: AbsolutePath | undefined;
}

/** The time in which tools can talk to the runner: from before the command starts until all of it has ended. */
export interface IpcSession {
  /** For the command's environment, over whatever a runner around this one has put there; `undefined`: not to be there. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was said, or why that is not known. Settles, whatever has become of the server; asked again, it is the same. */
  readonly end: () => Promise<Reported>;
  /** Nobody needs to know: what is open is closed at once. */
  readonly abandon: () => void;
}

/** Opens a server for one step. Never rejects and never takes long: without a server the command runs all the same. */
export async function openSession(host: IpcHost, env: Readonly<Record<string, string>>): Promise<IpcSession> {
  const opened = await openServer(host, env, 2);
  if ('why' in opened) return deafSession(opened.why);
  const { server, endpoint, token } = opened;
  const { nodeClient } = host;
  let ending: Promise<Reported> | undefined;
  return {
    env: { [ipcVariables.endpoint]: endpoint, [ipcVariables.token]: token, [ipcVariables.nodeClient]: nodeClient },
    end: () => (ending ??= stop(server, nodeClient)),
    abandon: () => {
      ending ??= Promise.resolve(unavailable('the run was cut short'));
      server.release();
    },
  };
}

interface OpenServer {
  readonly server: IpcServer;
  readonly endpoint: AbsolutePath;
  readonly token: string;
}

/** Where nobody can listen (somebody cleaned up, no room for another file), another place may do. */
async function openServer(host: IpcHost, env: ServerRequest['env'], tries: number): Promise<OpenServer | { readonly why: string }> {
  const { servers, endpoints } = host;
  const endpoint = endpoints.next();
  if (typeof endpoint !== 'string') return endpoint;
  const token = randomBytes(16).toString('hex');
  const server = servers.take();
  const startedAt = performance.now();
  const trouble = await settled(server.listen({ endpoint, token, env }), LISTEN_MS);
  if (trouble.kind === 'done') return { server, endpoint, token };
  server.release();
  endpoints.avoid(endpoint);
  const isLate = performance.now() - startedAt >= LISTEN_MS;
  return tries > 1 && !isLate ? await openServer(host, env, tries - 1) : trouble;
}

/** For a step that takes no part in caching: whoever runs around this runner hears what its tools say. */
export const silentSession: IpcSession = { env: {}, end: () => Promise.resolve({ kind: 'off' }), abandon() {} };

function deafSession(why: string): IpcSession {
  const { endpoint, token, nodeClient } = ipcVariables;
  const reported = Promise.resolve(unavailable(why));
  return { env: { [endpoint]: undefined, [token]: undefined, [nodeClient]: undefined }, end: () => reported, abandon() {} };
}

async function stop(server: IpcServer, nodeClient: AbsolutePath | undefined): Promise<Reported> {
  const stopped = await settled(server.stop(), STOP_MS);
  server.release();
  if (stopped.kind === 'failed') return unavailable(stopped.why);
  return { kind: 'reported', reports: withOurs(stopped.value, nodeClient) };
}

/** That a tool loads our client says nothing about its task. */
function withOurs(reports: Reports, nodeClient: AbsolutePath | undefined): Reports {
  return nodeClient === undefined ? reports : { ...reports, ignoredInputs: [...reports.ignoredInputs, ...clientFiles(nodeClient)] };
}

/** The module, and what it loads beside itself. */
function clientFiles(nodeClient: AbsolutePath): string[] {
  return [nodeClient, ...['native', 'tool-relay.cjs'].map((name) => joinPath(parentOf(nodeClient), name))];
}

/** A server in trouble must not hold up the step. */
async function settled<Value>(work: Promise<Value>, milliseconds: number): Promise<Settled<Value>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Settled<Value>>((resolve) => {
    timer = setTimeout(resolve, milliseconds, { kind: 'failed', why: 'its server does not answer' });
  });
  try {
    return await Promise.race([work.then((value) => ({ kind: 'done' as const, value })), late]);
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

type Settled<Value> = { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'failed'; readonly why: string };

function unavailable(why: string): Reported {
  return { kind: 'unavailable', why };
}

/** A thread may have to start first, on a machine that is busy. */
const LISTEN_MS = 10_000;
const STOP_MS = 5000;
