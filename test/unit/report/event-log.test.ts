import { expect, test } from 'vitest';
import { EventLog } from '../../../src/report/event-log.ts';
import { ended, printed, runStarted, sampleStep, started } from './sample.ts';

test('every listener hears every event in the order of both', () => {
  const heard: string[] = [];
  const log = new EventLog([(event) => heard.push(`first ${event.type}`), (event) => heard.push(`second ${event.type}`)]);

  log.emit(runStarted(1));
  log.emit(printed(sampleStep('a#build'), 'hello'));

  expect(heard).toEqual(['first run-started', 'second run-started', 'first step-output', 'second step-output']);
});

test('closing tells the end and gives the record', () => {
  const heard: string[] = [];
  const log = new EventLog([(event) => heard.push(event.type)]);
  const build = sampleStep('a#build');
  for (const event of [runStarted(1), started(build), ended(build)]) log.emit(event);

  const record = log.close({ at: Date.UTC(2026, 0, 2, 3, 4, 8), exitCode: 0 });

  expect(heard.at(-1)).toBe('run-ended');
  expect(record).toMatchObject({ exitCode: 0, endedAt: '2026-01-02T03:04:08.000Z', tasks: [{ label: 'a#build', outcome: 'executed' }] });
});
