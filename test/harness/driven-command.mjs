// A fake command. `node driven-command.mjs <socket> <name> [args…]` tells the rig that it started, then obeys.
// Orders and answers are lines of JSON; an order is answered once it is done. It ends when the rig is gone.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const [socketPath, name, ...args] = process.argv.slice(2);
const socket = connect(socketPath);
const tell = (message) => socket.write(`${JSON.stringify(message)}\n`);

const orders = {
  print: ({ stream, base64 }) => new Promise((done) => process[stream].write(Buffer.from(base64, 'base64'), () => done())),
  stdin: () => readFileSync(0, 'utf8'),
  env: ({ name }) => process.env[name],
  trap: ({ signal }) => void process.on(signal, () => tell({ heard: signal })),
  spawn: ({ name, newSession, keepsOutput }) => {
    const output = keepsOutput ? 'inherit' : 'ignore';
    spawn(process.execPath, [process.argv[1], socketPath, name], { stdio: ['ignore', output, output], detached: newSession }).unref();
  },
  exists: ({ path }) => existsSync(path),
  list: ({ path }) => readdirSync(path),
  read: ({ path }) => readFileSync(path, 'utf8'),
  write: ({ path, text }) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
  exit: ({ code }) => process.exit(code),
};

socket.on('close', () => process.exit(70));
tell({ started: { name, pid: process.pid, cwd: process.cwd(), args } });
for await (const line of createInterface({ input: socket })) {
  const { order, ...details } = JSON.parse(line);
  tell({ answer: (await orders[order](details)) ?? null });
}
