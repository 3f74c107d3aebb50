// A task whose result is a pure function of files. Run as `node phased-task.mjs <socket>` it announces each phase and goes
// on when told to; `resultOf` gives the same result at once.
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What each phase looks at, below `at`. */
const looks = [
  (at) => readFileSync(`${at}/nonce.txt`, 'utf8'),
  (at) => readIfThere(`${at}/src/a.txt`),
  (at) => readIfThere(`${at}/src/b.txt`),
  (at) => existsSync(`${at}/maybe.txt`),
  (at) => readIfThere(`${at}/src/override/a.txt`),
  (at) => namesIn(`${at}/src`),
  (at) => namesIn(`${at}/src/deep`),
  (at) => namesIn(`${at}/plugins`),
  (at) => namesIn(`${at}/src`).map((name) => readIfThere(`${at}/src/${name}`)),
  (at) => linkAt(`${at}/latest`),
  (at) => readIfThere(`${at}/latest`),
  (at) => readIfThere(`${at}/linked/c.txt`),
  (at) => isExecutable(`${at}/src/b.txt`),
  (at) => readIfThere(`${at}/src/a.txt`),
  (at) => statSync(`${at}/src/deep`, { throwIfNoEntry: false })?.isDirectory() ?? false,
];

export const phases = looks.length + 2;

export function resultOf(at) {
  return JSON.stringify(looks.map((look) => look(at)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);

async function main(socketPath) {
  const socket = connect(socketPath);
  const orders = createInterface({ input: socket })[Symbol.asyncIterator]();
  const announce = async (phase) => {
    socket.write(`${phase}\n`);
    await orders.next();
  };
  const found = [];
  for (const [phase, look] of looks.entries()) {
    await announce(phase);
    found.push(look('.'));
  }
  await announce(looks.length);
  mkdirSync('out', { recursive: true });
  writeFileSync('out/result.json', JSON.stringify(found));
  writeFileSync(`out/${found[0].trim()}.txt`, '');
  await announce(looks.length + 1);
  socket.end();
}

function readIfThere(path) {
  return orNull(() => readFileSync(path, 'utf8'));
}

function namesIn(path) {
  return orNull(() => readdirSync(path).sort()) ?? [];
}

function linkAt(path) {
  return orNull(() => readlinkSync(path));
}

function isExecutable(path) {
  return ((orNull(() => lstatSync(path))?.mode ?? 0) & 0o100) !== 0;
}

function orNull(read) {
  try {
    return read();
  } catch (error) {
    if (error.code === undefined) throw error;
    return null;
  }
}
