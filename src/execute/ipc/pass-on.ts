import { once } from 'node:events';
import { connect } from 'node:net';
import { finished } from 'node:stream/promises';
import { codeOf } from '../../base/files.ts';
import { encodeFrame, encodeText, ipcVariables, PROTOCOL_VERSION, type Report } from './protocol.ts';
import type { Reported } from './reports.ts';

/**
 * A run inside a step of another run: what its tools report holds for that step too. Their questions need no passing on,
 * for this runner answers from the environment that the step around it was given.
 */
export async function passOn(reported: Reported, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const endpoint = env[ipcVariables.endpoint];
  const token = env[ipcVariables.token];
  const reports = reportsIn(reported);
  if (endpoint === undefined || token === undefined || reports.length === 0) return;
  const socket = connect(endpoint);
  try {
    await once(socket, 'connect');
    socket.end([{ type: 'hello', version: PROTOCOL_VERSION, token, client: 'reprise' } as const, ...reports].map(encodeFrame).join(''));
    // It counts once it has been written; nobody waits for a runner that is busy.
    await finished(socket, { readable: false });
  } catch (error) {
    // Where nobody listens any more, nothing is stored either.
    if (codeOf(error) === undefined) throw error;
  } finally {
    socket.destroy();
  }
}

function reportsIn(reported: Reported): Report[] {
  if (reported.kind === 'off') return [];
  // What was not heard here may have asked for it.
  if (reported.kind === 'unavailable') return [{ type: 'disableCache' }];
  const { ignoredInputs, ignoredOutputs, cacheDisabled, trouble } = reported.reports;
  return [
    ...ignoredInputs.map((path): Report => ({ type: 'ignoreInput', path: encodeText(path) })),
    ...ignoredOutputs.map((path): Report => ({ type: 'ignoreOutput', path: encodeText(path) })),
    ...(cacheDisabled || trouble !== undefined ? [{ type: 'disableCache' } as const] : []),
  ];
}
