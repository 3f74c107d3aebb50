import { unreachable } from '../src/base/diagnostic.ts';
import { displayPath } from '../src/base/path.ts';
import type { NotStoredReason } from '../src/cache/not-stored.ts';
import type { PlannedStep } from '../src/plan/planned.ts';
import type { Decision, RunEvent, StepOutcome } from '../src/report/event.ts';
import type { CiLog, CiView, StepBlock } from './ci-log.ts';
import { renderDiagnostics } from './diagnostics.ts';
import { chain, prefixLines, stripColors, stripColorsExcept, type OutputFilter } from './output-filter.ts';
import { Page, type Sink, type StreamName } from './page.ts';
import type { Reporter } from './reporter.ts';
import { decisionMark, endingMark, notCachedLines, promptLine } from './step-lines.ts';
import { palette } from './terminal.ts';

type NotStarted = Extract<Extract<StepOutcome, { kind: 'executed' }>['exit'], { kind: 'not-started' }>;

export type LogMode = 'interleaved' | 'labeled' | 'grouped';

export interface StreamPage {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Where there are none, those of task output are taken out too. */
  readonly colors: Readonly<Record<StreamName, boolean>>;
  /** In the log of such a service blocks fold, and nothing that we write is taken for a command. */
  readonly ci?: CiView | undefined;
}

interface StreamOptions extends StreamPage {
  readonly mode: LogMode;
  /** Each step is told as a whole, so its block need not be held until the step ends. */
  readonly tellsWhole?: boolean;
}

/**
 * Shows a run as plain text, as it happens. Task output stays on its own stream and is complete in every mode: as it
 * comes (interleaved), by whole lines with the task before each (labeled), or in one block when its step ends (grouped).
 */
export class StreamReporter implements Reporter {
  readonly #options: StreamOptions;
  readonly #page: Page;
  readonly #ci: CiLog | undefined;
  readonly #running = new Map<string, RunningStep>();
  readonly #labels = new Map<string, string>();
  readonly #notStarted = new Map<string, string[]>();
  #hasWarned = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#page = new Page(options, options.ci?.disarm);
    this.#ci = options.mode === 'grouped' ? options.ci?.openLog(this.#page) : undefined;
  }

  show(event: RunEvent): void {
    switch (event.type) {
      case 'step-started':
        return this.#start(event.step, event.decision, event.at);
      case 'step-output':
        return this.#output(event.step, event.stream, this.#running.get(event.step.owner)?.filters[event.stream].push(event.bytes));
      case 'step-ended':
        return this.#end(event.step, event.outcome, event.at);
      case 'step-not-stored':
        return this.#notCached(event.step, event.reason);
      case 'task-blocked':
        this.#labels.set(event.task, event.label);
        return this.#remember(`blocked by ${this.#labels.get(event.by) ?? event.by}`, event.label);
      case 'task-not-started':
        return this.#remember('not started', event.label);
      case 'cache-fault':
        return this.#warn(event.detail);
      case 'run-ended':
        return this.#endRun();
      case 'run-started':
        for (const note of event.notes) this.#page.line(`note: ${displayPath(note)}`, { stream: 'stderr' });
        return;
      case 'span':
        return;
      default:
        return unreachable(event);
    }
  }

  /** Writes the closing text of the run, if there is any, below everything else. */
  close(text: string): void {
    if (text === '') return;
    this.#page.gap();
    this.#ci?.heading();
    this.#page.line(text);
  }

  release(): void {
    // It changes nothing about a terminal.
  }

  #start(step: PlannedStep, decision: Decision, at: number): void {
    const paint = palette(this.#options.colors.stdout);
    this.#labels.set(step.task, step.label);
    const filters = { stdout: this.#filter(step, 'stdout'), stderr: this.#filter(step, 'stderr') };
    this.#running.set(step.owner, { startedAt: at, filters, block: [], isBlockOpen: false });
    const label = this.#options.mode === 'interleaved' ? '' : this.#label(step, 'stdout');
    this.#page.gap();
    this.#page.line(`${label}${paint.blue(promptLine(step.cwd, step.shown))}${decisionMark(decision, paint)}`, { speaker: step.owner });
  }

  #filter(step: PlannedStep, stream: StreamName): OutputFilter {
    const { ci } = this.#options;
    return chain(
      ...(this.#options.colors[stream] ? [] : [ci ? stripColorsExcept(ci.isCommand) : stripColors()]),
      ...(this.#options.mode === 'labeled' ? [prefixLines(this.#label(step, stream))] : []),
    );
  }

  #output(step: PlannedStep, stream: StreamName, bytes: Uint8Array | undefined): void {
    if (bytes === undefined || bytes.length === 0) return;
    const running = this.#running.get(step.owner);
    if (this.#options.mode !== 'grouped') this.#page.pass(step.owner, stream, bytes);
    else if (this.#options.tellsWhole && running) this.#writeBlock(step, running, [{ stream, bytes }]);
    else running?.block.push({ stream, bytes });
  }

  #end(step: PlannedStep, outcome: StepOutcome, at: number): void {
    const running = this.#running.get(step.owner);
    if (running === undefined) return;
    for (const stream of ['stdout', 'stderr'] as const) this.#output(step, stream, running.filters[stream].end());
    const ending = endingMark(outcome, palette(this.#options.colors.stdout));
    const failure = outcome.kind === 'executed' ? ending : undefined;
    if (this.#ci) this.#writeToCi(this.#ci, { step, startedAt: running.startedAt, endedAt: at, failure }, running.block);
    else this.#writeBlock(step, running, running.block);
    this.#running.delete(step.owner);
    this.#page.leave(step.owner);

    if (outcome.kind === 'executed' && outcome.exit.kind === 'not-started') this.#notRunnable(outcome.exit);
    if (ending !== undefined) this.#closingLine(step, ending);
    if (outcome.kind === 'executed' && outcome.stored.kind === 'not-stored') this.#notCached(step, outcome.stored.reason);
  }

  #writeBlock(step: PlannedStep, running: RunningStep, chunks: readonly Chunk[]): void {
    if (chunks.length === 0) return;
    if (!running.isBlockOpen) {
      if (this.#page.lastSpeaker !== step.owner) this.#page.gap();
      this.#page.line(palette(this.#options.colors.stdout).grey(blockTitle(step)), { speaker: step.owner });
    }
    running.isBlockOpen = true;
    for (const { stream, bytes } of chunks) this.#page.pass(step.owner, stream, bytes);
  }

  /** On stdout alone: of two pipes nobody could tell what is inside the marks. */
  #writeToCi(ci: CiLog, block: Omit<StepBlock, 'chunks'>, chunks: readonly Chunk[]): void {
    if (chunks.length > 0 && this.#page.lastSpeaker !== block.step.owner) this.#page.gap();
    ci.write({ ...block, chunks: chunks.map(({ bytes }) => bytes) }, blockTitle(block.step));
  }

  #notRunnable({ why, problem = 'program-not-found' }: NotStarted): void {
    const view = { readSource: () => undefined, hasColors: this.#options.colors.stderr, width: Number.POSITIVE_INFINITY };
    this.#page.line(renderDiagnostics([{ code: problem, message: why }], view), { stream: 'stderr' });
  }

  #notCached(step: PlannedStep, reason: NotStoredReason): void {
    const { dim } = palette(this.#options.colors.stdout);
    for (const line of notCachedLines(reason)) this.#closingLine(step, dim(line));
  }

  /** Names its step in labeled mode, and wherever the lines above it are another's. */
  #closingLine(step: PlannedStep, text: string): void {
    const isClear = this.#options.mode !== 'labeled' && this.#page.lastSpeaker === step.owner;
    this.#page.line(isClear ? text : `${this.#label(step, 'stdout')}${text}`, { speaker: step.owner });
  }

  #label(step: PlannedStep, stream: StreamName): string {
    return palette(this.#options.colors[stream]).grey(`[${step.label}] `);
  }

  /** The first fault of a run is worth a warning; the report has the rest. */
  #warn(detail: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const { yellow } = palette(this.#options.colors.stderr);
    this.#page.line(`${yellow('warning')}: cache fault: ${detail}`, { stream: 'stderr' });
  }

  #endRun(): void {
    const { lastSpeaker } = this.#page;
    this.#nameNotStarted();
    this.#ci?.repeatFailures(lastSpeaker);
  }

  #remember(why: string, label: string): void {
    this.#notStarted.set(why, [...(this.#notStarted.get(why) ?? []), label]);
  }

  /** One line a reason: a failure early in a large run would otherwise be followed by hundreds of lines about nothing. */
  #nameNotStarted(): void {
    if (this.#notStarted.size > 0) this.#page.gap();
    const { grey } = palette(this.#options.colors.stdout);
    for (const [why, labels] of this.#notStarted) this.#page.line(grey(`⊘ ${why}: ${labels.join(', ')}`));
  }
}

function blockTitle({ label }: PlannedStep): string {
  return `── [${label}] ──`;
}

interface RunningStep {
  readonly startedAt: number;
  readonly filters: Readonly<Record<StreamName, OutputFilter>>;
  /** What grouped mode holds back until the step ends. */
  readonly block: Chunk[];
  /** The line above the block is written. */
  isBlockOpen: boolean;
}

interface Chunk {
  readonly stream: StreamName;
  readonly bytes: Uint8Array;
}
