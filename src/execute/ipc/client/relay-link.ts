import type childProcess from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ipcVariables } from '../protocol.ts';
import { RunnerLost, type LinkOptions, type RunnerLink } from './runner-link.ts';

/** A process of Node for each call, with a connection of its own. It is slow, and works wherever Node can start itself. */
export function relayLink(options: LinkOptions): RunnerLink {
  return {
    tell: (frames) => void relay('tell', frames, options),
    ask: (frames) => {
      const output = relay('ask', frames, options);
      const end = output.indexOf('\n');
      if (end < 0) throw new RunnerLost('it closed the connection');
      return output.slice(0, end);
    },
  };
}

function relay(mode: 'tell' | 'ask', frames: string, { endpoint, hello, env, patience }: LinkOptions): string {
  const { status, stdout, stderr, error } = startAndWait([relayFile(), mode, endpoint], {
    input: hello + frames,
    env: relayEnv(env),
    encoding: 'utf8',
    timeout: patience,
    killSignal: 'SIGKILL',
    maxBuffer: Infinity,
  });
  if (error !== undefined) throw new RunnerLost(error.message, { isUnnoticed: true });
  if (status !== 0) throw new RunnerLost(stderr);
  return stdout;
}

type Started = ReturnType<typeof childProcess.spawnSync> & { readonly stdout: string; readonly stderr: string };

function startAndWait(words: readonly string[], options: childProcess.SpawnSyncOptionsWithStringEncoding): Started {
  // Most tools never need it, and to load it costs more than all the rest of a client.
  const { spawnSync } = createRequire(import.meta.url)('node:child_process') as typeof childProcess;
  try {
    return spawnSync(process.execPath, words, options);
  } catch (error) {
    // It throws where processes are forbidden.
    throw new RunnerLost(String(error), { isUnnoticed: true });
  }
}

function relayEnv(env: LinkOptions['env']): LinkOptions['env'] {
  return {
    ...env,
    // What the tool's Node was told to load is no part of this.
    NODE_OPTIONS: '',
    ELECTRON_RUN_AS_NODE: '1',
    // An executable that can run nothing but its own program must not come here again.
    [ipcVariables.endpoint]: undefined,
  };
}

function relayFile(): string {
  const places = ['./tool-relay.mjs', '../../../../dist/tool-relay.mjs'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(place)) ?? '';
}
