import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { parentPort, workerData } from 'node:worker_threads';

/** The thread behind `tool-server.ts`. It knows the protocol from its page alone. */
const { endpoint, env, refusal, answers, answered, isSilent } = workerData;

let questions = 0;

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const lines = createInterface({ input: socket, crlfDelay: 0 });
  lines.on('line', (line) => {
    parentPort.postMessage({ line });
    const request = JSON.parse(line);
    if (request.type === 'hello' && refusal !== undefined) socket.end(`${refusal}\n`);
    if (request.type === 'getEnv' || request.type === 'getEnvs') answer(socket, request);
  });
  lines.on('close', () => socket.end());
  socket.on('error', () => {}).on('close', () => parentPort.postMessage({ closed: true }));
});

function answer(socket, request) {
  if (isSilent || !socket.writable) return;
  if (questions === answered) socket.destroy();
  else socket.write(`${answers?.[questions] ?? JSON.stringify(answerTo(request))}\n`);
  questions++;
}

function answerTo({ type, name, glob, prefix }) {
  if (type === 'getEnv') return { type: 'env', value: env[name] ?? null };
  const fits = new RegExp(`^${glob?.replaceAll('*', '.*')}$`);
  const isMeant = (known) => (glob === undefined ? known.startsWith(prefix) : fits.test(known));
  return {
    type: 'envs',
    values: Object.entries(env)
      .filter(([known]) => isMeant(known))
      .sort(),
  };
}

server.listen(endpoint, () => parentPort.postMessage({ isReady: true }));
