import { once } from 'node:events';
import { connect } from 'node:net';
import { finished } from 'node:stream/promises';
import { codeOf } from '../../base/files.ts';
import { encodeFrame, encodeText, ipcVariables, PROTOCOL_VERSION, type Question, type Report } from './protocol.ts';
import type { Reported, Reports } from './reports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A run inside a step of another run: what its tools say holds for that step too. They are answered by this runner, from the
 * environment that the step around it was given, but some of that (`HOME`) counts only for those who ask.
 */
export async function passOn(reported: Reported, env: Environment): Promise<void> {
  await say([...reportsIn(reported), ...(reported.kind === 'reported' ? questionsIn(reported.reports) : [])], env);
}

/** Of a stored result that served: what its tools had asked. */
export async function passOnAsked(asked: Pick<Reports, 'trackedNames' | 'trackedPatterns'>, env: Environment): Promise<void> {
  await say(questionsIn(asked), env);
}

async function say(frames: readonly (Report | Question)[], env: Environment): Promise<void> {
  const endpoint = env[ipcVariables.endpoint];
  const token = env[ipcVariables.token];
  if (endpoint === undefined || token === undefined || frames.length === 0) return;
  const socket = connect(endpoint);
  try {
    await once(socket, 'connect');
    socket.end([{ type: 'hello', version: PROTOCOL_VERSION, token, client: 'reprise' } as const, ...frames].map(encodeFrame).join(''));
    // Whoever leaves before the answers have come may not be heard to the end. Nobody waits for a runner that hangs.
    socket.resume().setTimeout(PATIENCE_MS, () => socket.destroy());
    await finished(socket);
  } catch (error) {
    // Where nobody listens any more, nothing is stored either.
    if (codeOf(error) === undefined) throw error;
  } finally {
    socket.destroy();
  }
}

const PATIENCE_MS = 5000;

function questionsIn({ trackedNames, trackedPatterns }: Pick<Reports, 'trackedNames' | 'trackedPatterns'>): Question[] {
  return [
    ...trackedNames.map((name): Question => ({ type: 'getEnv', name: encodeText(name) })),
    ...trackedPatterns.map((pattern): Question => {
      const wanted = 'glob' in pattern ? { glob: encodeText(pattern.glob) } : { prefix: encodeText(pattern.prefix) };
      return { type: 'getEnvs', ...wanted };
    }),
  ];
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
