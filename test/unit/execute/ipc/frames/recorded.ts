import { readFileSync } from 'node:fs';

/** Lines that were sent when a version of the protocol was new. Whatever is changed, the files stay as they are. */
export function recordedFrames(name: 'client-v1' | 'server-v1'): readonly string[] {
  return readFileSync(new URL(`${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
}
