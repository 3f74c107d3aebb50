import { threadId } from 'node:worker_threads';

/** An answer of the pool, with where and when it was worked on. */
export interface Timed<Answer> {
  readonly answer: Answer;
  readonly thread: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

export async function timed<Answer>(work: () => Promise<Answer>): Promise<Timed<Answer>> {
  const startedAt = performance.timeOrigin + performance.now();
  const answer = await work();
  return { answer, thread: threadId, startedAt, endedAt: performance.timeOrigin + performance.now() };
}
