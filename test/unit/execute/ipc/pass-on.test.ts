import { expect, test } from 'vitest';
import { passOn } from '../../../../src/execute/ipc/pass-on.ts';
import { noReports } from '../../../../src/execute/ipc/reports.ts';
import { reportsOf, startSession } from '../../../harness/ipc.ts';

test('what a step inside reports is reported around it', async () => {
  const around = await startSession();
  const reports = { ...noReports, ignoredInputs: ['/in\uDCFF'], ignoredOutputs: ['/out'], cacheDisabled: true, trackedNames: ['A'] };
  await passOn({ kind: 'reported', reports }, around.env);
  expect(await reportsOf(around)).toEqual({ ...reports, trackedNames: [] });
});

test.each([
  { kind: 'unavailable', why: 'its thread died' } as const,
  { kind: 'reported', reports: { ...noReports, trouble: 'a client was refused' } } as const,
])('what was not understood inside is not stored around it', async (reported) => {
  const around = await startSession();
  await passOn(reported, around.env);
  expect((await reportsOf(around)).cacheDisabled).toBe(true);
});

test('nobody around is nobody to tell', async () => {
  const around = await startSession();
  await around.end();
  await expect(passOn({ kind: 'unavailable', why: '' }, around.env)).resolves.toBe(undefined);
  await expect(passOn({ kind: 'unavailable', why: '' }, {})).resolves.toBe(undefined);
});
