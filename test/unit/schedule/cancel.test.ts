import { expect, test } from 'vitest';
import { Cancellation, type Timer } from '../../../src/schedule/cancel.ts';

test('nothing is cancelled at first', () => {
  const cancellation = new Cancellation();
  expect(cancellation.signal.aborted).toBe(false);
  expect(cancellation.reason).toBeUndefined();
});

test('the first signal is forwarded and kills nothing', () => {
  const { cancellation, heard } = listened();
  cancellation.ask('SIGINT');
  expect(heard).toEqual(['ask SIGINT']);
  expect(cancellation.signal.aborted).toBe(true);
  expect(cancellation.reason).toEqual({ kind: 'signal', signal: 'SIGINT' });
});

test('the second signal kills, and the first reason stays', () => {
  const { cancellation, heard } = listened();
  cancellation.ask('SIGTERM');
  cancellation.ask('SIGINT');
  expect(heard).toEqual(['ask SIGTERM', 'kill']);
  expect(cancellation.reason).toEqual({ kind: 'signal', signal: 'SIGTERM' });
});

test('everything is killed once the grace time has passed', () => {
  const { cancellation, heard, timers } = listened();
  cancellation.ask('SIGHUP');
  expect(timers.map(({ milliseconds }) => milliseconds)).toEqual([5000]);
  timers[0]?.fire();
  expect(heard).toEqual(['ask SIGHUP', 'kill']);
});

test('a failed task kills at once and leaves no timer', () => {
  const { cancellation, heard, timers } = listened();
  cancellation.kill({ kind: 'task-failed' });
  expect(heard).toEqual(['kill']);
  expect(timers).toEqual([]);
  expect(cancellation.reason).toEqual({ kind: 'task-failed' });
});

test('a kill stops the grace timer', () => {
  const { cancellation, timers } = listened();
  cancellation.ask('SIGINT');
  cancellation.kill({ kind: 'task-failed' });
  expect(timers.map(({ isStopped }) => isStopped)).toEqual([true]);
});

test('it kills only once', () => {
  const { cancellation, heard } = listened();
  cancellation.kill({ kind: 'task-failed' });
  cancellation.kill({ kind: 'task-failed' });
  cancellation.ask('SIGINT');
  expect(heard).toEqual(['kill']);
});

test('a late listener is called at once', () => {
  const heard: string[] = [];
  const cancellation = new Cancellation({ timer: () => () => {} });
  cancellation.ask('SIGINT');
  cancellation.onAsk((signal) => heard.push(`ask ${signal}`));
  cancellation.kill({ kind: 'task-failed' });
  cancellation.onKill(() => heard.push('kill'));
  expect(heard).toEqual(['ask SIGINT', 'kill']);
});

test('who has unsubscribed hears nothing', () => {
  const heard: string[] = [];
  const cancellation = new Cancellation({ timer: () => () => {} });
  cancellation.onAsk((signal) => heard.push(signal))();
  cancellation.onKill(() => heard.push('kill'))();
  cancellation.ask('SIGINT');
  cancellation.ask('SIGINT');
  expect(heard).toEqual([]);
});

/** A cancellation with both listeners and timers that fire when the test says so. */
function listened() {
  const heard: string[] = [];
  const timers: { milliseconds: number; isStopped: boolean; fire: () => void }[] = [];
  const timer: Timer = (milliseconds, fire) => {
    const entry = { milliseconds, isStopped: false, fire };
    timers.push(entry);
    return () => (entry.isStopped = true);
  };
  const cancellation = new Cancellation({ timer });
  cancellation.onAsk((signal) => heard.push(`ask ${signal}`));
  cancellation.onKill(() => heard.push('kill'));
  return { cancellation, heard, timers };
}
