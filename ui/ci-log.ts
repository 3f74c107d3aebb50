import type { WorkspacePath } from '../src/base/path.ts';
import type { PlannedStep } from '../src/plan/planned.ts';
import { errorPlaces } from '../src/report/error-places.ts';
import { annotationMark, foldMarks, headingMark, openMarks, revealMark, type Annotation, type Marks } from './ci-marks.ts';
import { disarm, isCommand } from './ci-commands.ts';
import type { CiService } from './ci-service.ts';
import type { Page } from './page.ts';
import { promptLine } from './step-lines.ts';
import { removeColors } from './terminal.ts';

export interface CiOptions {
  readonly service: CiService;
  /** The file that a command run in `cwd` means by a path, as the service names it; `undefined`: it is none of the workspace. */
  readonly locate: (path: string, cwd: WorkspacePath) => string | undefined;
}

export interface StepBlock {
  readonly step: PlannedStep;
  readonly chunks: readonly Uint8Array[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** How it failed, as its last line says it; `undefined`: it has not. */
  readonly failure: string | undefined;
}

/** How a run is shown in the log of a CI service. */
export interface CiView {
  readonly isCommand: (line: string) => boolean;
  readonly disarm: (text: string) => string;
  readonly openLog: (page: Page) => CiLog;
}

export function ciView(options: CiOptions): CiView {
  return { isCommand, disarm, openLog: (page) => new CiLog(page, options) };
}

/**
 * The blocks of a run in the log of a CI service: folded, except those of failed steps. These come once more at the end, where one
 * looks first, and where the service has a list of mistakes, what they say is in it.
 */
export class CiLog {
  readonly #page: Page;
  readonly #options: CiOptions;
  readonly #failed: StepBlock[] = [];
  #blocks = 0;

  constructor(page: Page, options: CiOptions) {
    this.#page = page;
    this.#options = options;
  }

  /** `title` is a line of ours, and all that tells of the block where nothing folds. */
  write(block: StepBlock, title: string): void {
    const { service } = this.#options;
    if (block.failure !== undefined) this.#failed.push(withBound(block));
    if (block.chunks.length > 0) this.#write(block, title, block.failure === undefined ? foldMarks : openMarks);
    else if (block.failure !== undefined) this.#mark(revealMark(service));
  }

  /** What failed, again; not where its block is the last that was written, by `lastSpeaker`. */
  repeatFailures(lastSpeaker: string | undefined): void {
    const [only, ...others] = this.#failed;
    const isInSight = others.length === 0 && only?.step.owner === lastSpeaker;
    for (const block of isInSight ? [] : this.#failed) {
      if (block.chunks.length === 0) continue;
      this.#page.gap();
      // The commands in it have been obeyed once.
      this.#write({ ...block, chunks: [disarmed(block.chunks)] }, `── [${block.step.label}] failed ──`, openMarks);
      this.#page.line(block.failure ?? '');
    }
    for (const annotation of this.#annotations()) this.#mark(annotationMark(this.#options.service, annotation));
  }

  /** Before the closing lines of the run. */
  heading(): void {
    if (this.#blocks > 0) this.#mark(headingMark(this.#options.service, 'reprise run'));
  }

  #write(block: StepBlock, title: string, marksOf: typeof foldMarks): void {
    const { step, startedAt, endedAt } = block;
    const marks: Marks = marksOf(this.#options.service, { title: disarm(title), number: ++this.#blocks, startedAt, endedAt });
    if (marks.open.length === 0) this.#page.line(title, { speaker: step.owner });
    for (const line of marks.open) this.#mark(line, step.owner);
    for (const bytes of block.chunks) this.#page.pass(step.owner, 'stdout', bytes);
    for (const line of marks.close) this.#mark(line, step.owner);
  }

  /** No line for people: whom the last one was about stays as it was, unless it is said. */
  #mark(line: string | undefined, speaker = this.#page.lastSpeaker): void {
    if (line !== undefined) this.#page.line(line, { isMark: true, ...(speaker !== undefined && { speaker }) });
  }

  /** A fair share for each step; services show no more than ten of a job's step. */
  #annotations(): Annotation[] {
    const failed = this.#failed.slice(0, mostAnnotations);
    const share = Math.max(1, Math.floor(mostAnnotations / Math.max(1, failed.length)));
    return failed.flatMap((block) => this.#annotationsOf(block, share));
  }

  #annotationsOf({ step, chunks, failure }: StepBlock, most: number): Annotation[] {
    const output = removeColors(Buffer.concat(chunks).toString()).text;
    if (hasAnnotations.test(output)) return [];
    const places = errorPlaces(output, (path) => this.#options.locate(path, step.cwd), most);
    if (places.length === 0)
      return [{ title: step.label, message: `${promptLine(step.cwd, step.shown)} ${removeColors(failure ?? '').text}` }];
    return places.map(({ message, ...place }) => ({ title: step.label, message, place }));
  }
}

const mostAnnotations = 10;

/** The tool knows the service, and has told it better than can be read from its output. */
const hasAnnotations = /^\s*::error[ :]|##vso\[task\.logissue/m;

function disarmed(chunks: readonly Uint8Array[]): Uint8Array {
  return Buffer.from(disarm(Buffer.concat(chunks).toString('latin1')), 'latin1');
}

/** Of a failed step the end is kept, which tells most. */
const mostBytes = 4 * 1024 * 1024;

function withBound(block: StepBlock): StepBlock {
  let left = mostBytes;
  const last: Uint8Array[] = [];
  for (const bytes of block.chunks.toReversed()) {
    if (left <= 0) break;
    last.push(bytes.subarray(Math.max(0, bytes.length - left)));
    left -= bytes.length;
  }
  return { ...block, chunks: last.toReversed() };
}
