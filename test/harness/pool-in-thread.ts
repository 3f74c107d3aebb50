import { MessageChannel } from 'node:worker_threads';
import type { Hasher } from '../../src/base/digest.ts';
import type { BlobPool, HashPool } from '../../src/cache/ports.ts';
import * as blobWorker from '../../workers/blob.worker.ts';

/** The pool's work, done in this thread. */
export function poolInThread(hasher: Hasher): HashPool & BlobPool {
  return {
    warmUp: () => {},
    hash: (files) => Promise.resolve(files.map((file) => hasher.ofFile(file))),
    archive: (request) => {
      const { port2 } = new MessageChannel();
      const done = blobWorker.archive({ request, taken: port2 }).then(({ answer }) => answer);
      return { taken: Promise.resolve(), done };
    },
    stage: async (request) => (await blobWorker.stage(request)).answer,
    read: async (request) => (await blobWorker.read(request)).answer,
  };
}
