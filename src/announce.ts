import type { Diagnostic } from './base/diagnostic.ts';
import type { SettledHit } from './cache/held-hits.ts';
import { exitCodeFor } from './plan/not-runnable.ts';
import type { PlannedStep, ReadyStep } from './plan/planned.ts';
import type { RunContext, TaskOutcome } from './run-context.ts';

/** A hit that is in place: its header, its log as recorded, its end. */
export function announceHit({ step, key, entry, log, filesWritten, filesRemoved }: SettledHit, { events }: RunContext): void {
  const savedMs = entry.milliseconds;
  events.emit({ type: 'step-started', at: Date.now(), step, decision: { kind: 'hit', savedMs } });
  let start = 0;
  for (const { stream, length } of entry.log.segments) {
    events.emit({ type: 'step-output', step, stream, bytes: log.subarray(start, start + length) });
    start += length;
  }
  const outcome = { kind: 'restored', entry: { key, id: entry.id }, savedMs, filesWritten, filesRemoved } as const;
  events.emit({ type: 'step-ended', at: Date.now(), step, outcome });
}

/** `echo` as a whole step, done here. */
export function announceEcho({ step, args }: ReadyStep, { events }: RunContext): void {
  events.emit({ type: 'step-started', at: Date.now(), step, decision: { kind: 'uncached', reason: 'builtin' } });
  events.emit({ type: 'step-output', step, stream: 'stdout', bytes: Buffer.from(`${args.join(' ')}\n`) });
  const outcome = { kind: 'executed', exit: { kind: 'exited', code: 0 }, milliseconds: 0, stored: { kind: 'nothing' } } as const;
  events.emit({ type: 'step-ended', at: Date.now(), step, outcome });
}

/** A step whose program or directory is missing fails as a shell would have it fail. */
export function announceNotStarted(step: PlannedStep, diagnostic: Diagnostic, { events }: RunContext): TaskOutcome {
  const { code, message, hint } = diagnostic;
  const exit = {
    kind: 'not-started',
    code: exitCodeFor(diagnostic),
    problem: code,
    why: hint === undefined ? message : `${message}. ${hint}`,
  } as const;
  events.emit({ type: 'step-started', at: Date.now(), step, decision: { kind: 'uncached', reason: 'not-startable' } });
  events.emit({
    type: 'step-ended',
    at: Date.now(),
    step,
    outcome: { kind: 'executed', exit, milliseconds: 0, stored: { kind: 'nothing' } },
  });
  return { kind: 'failed', exitCode: exit.code };
}
