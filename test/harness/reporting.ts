/** A module for commands in a workspace: it says things to the runner, each of which has arrived when its promise is kept. */
export const reporting = `
import { connect } from 'node:net';
import { resolve } from 'node:path';

const socket = connect(process.env.REPRISE_IPC);
socket.unref();
const answers = [];
let text = '';
socket.on('data', (bytes) => {
  const lines = (text + bytes).split('\\n');
  text = lines.pop();
  for (const line of lines) answers.shift()?.(JSON.parse(line));
});
const ask = (request) => new Promise((answer) => {
  answers.push(answer);
  socket.ref();
  say(request);
}).finally(() => socket.unref());
const say = (request) => new Promise((done) => socket.write(JSON.stringify(request) + '\\n', done));
void say({ type: 'hello', version: 1, token: process.env.REPRISE_IPC_TOKEN });

export const ignoreInput = (path) => say({ type: 'ignoreInput', path: resolve(path) });
export const ignoreOutput = (path) => say({ type: 'ignoreOutput', path: resolve(path) });
export const disableCache = () => say({ type: 'disableCache' });
export const getEnv = async (name, options) => (await ask({ type: 'getEnv', name, ...options })).value;
export const getEnvs = async (pattern, options) => (await ask({ type: 'getEnvs', ...pattern, ...options })).values;
export const mumble = () => say('nothing that anybody understands');
`;
