import { expect, test } from 'vitest';
import { CommandError } from '../../../src/base/diagnostic.ts';
import { recordOf } from '../../../src/report/record-of.ts';
import { parseRunRecord } from '../../../src/report/run-record.ts';
import { ended, runEnded, runStarted, sampleStep, started } from './sample.ts';

const build = sampleStep('a#build');
const record = recordOf([runStarted(1), started(build), ended(build), runEnded()]);

test('a record is read back as it was', () => {
  expect(parseRunRecord(JSON.stringify(record))).toEqual(record);
});

test.each([
  ['of another version', JSON.stringify({ ...record, version: 99 }), 'the last run was recorded in format 99, not 3'],
  ['cut short', JSON.stringify(record).slice(0, -5), 'the record of the last run is damaged'],
  ['without a version', '{}', 'the record of the last run is damaged'],
  ['that is no object', 'null', 'the record of the last run is damaged'],
])('a record %s is a diagnostic', (_, json, message) => {
  expect(() => parseRunRecord(json)).toThrow(new CommandError({ code: 'no-record', message, hint: 'run the task again' }));
});
