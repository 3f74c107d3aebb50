import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

/**
 * `node tool-relay.mjs tell|ask <endpoint>`: sends what is on stdin to the runner, and after `ask` prints the line that it
 * answers. Exits with 1, and the reason on stderr, where that cannot be done.
 */
const [mode, endpoint = ''] = process.argv.slice(2);
const socket = connect(endpoint);
socket.on('error', ({ message }) => {
  process.stderr.write(message);
  process.exitCode = 1;
});
const frames = readFileSync(0);
if (mode === 'tell') socket.end(frames, () => socket.destroy());
else {
  socket.write(frames);
  socket.on('data', (bytes) => {
    process.stdout.write(bytes);
    if (bytes.includes('\n')) socket.destroy();
  });
}
