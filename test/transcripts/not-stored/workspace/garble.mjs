import { connect } from 'node:net';

connect(process.env.REPRISE_IPC).on('error', () => {}).end('what?\n').resume();
