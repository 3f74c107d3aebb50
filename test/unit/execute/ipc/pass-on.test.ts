import { expect, test } from 'vitest';
import { passOn, passOnAsked } from '../../../../src/execute/ipc/pass-on.ts';
import { noReports } from '../../../../src/execute/ipc/reports.ts';
import { reportsOf, startSession } from '../../../harness/ipc.ts';

const asked = { trackedNames: ['A'], trackedPatterns: [{ prefix: 'B_' }, { glob: 'C*' }] };

test('what a step inside reports is reported around it', async () => {
  const around = await startSession();
  const reports = { ...noReports, ignoredInputs: ['/in\uDCFF'], ignoredOutputs: ['/out'], cacheDisabled: true, ...asked };
  await passOn({ kind: 'reported', reports }, around.env);
  expect(await reportsOf(around)).toEqual(reports);
});

test('so is what the tools of a stored result had asked', async () => {
  const around = await startSession();
  await passOnAsked(asked, around.env);
  expect(await reportsOf(around)).toEqual({ ...noReports, ...asked });
});

test('a great deal is heard to the end', async () => {
  const around = await startSession();
  const trackedNames = Array.from({ length: 20_000 }, (_, index) => `NAME_${index}`);
  await passOnAsked({ ...asked, trackedNames }, around.env);
  expect(await reportsOf(around)).toEqual({ ...noReports, ...asked, trackedNames });
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
