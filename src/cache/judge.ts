import { sameStamp, stampOf } from '../base/files.ts';
import { joinPath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import type { Traced } from '../execute/execution.ts';
import type { Reported } from '../execute/ipc/reports.ts';
import type { Trace } from '../execute/trace/trace.ts';
import type { FileSelection, TaskCaching } from '../graph/task.ts';
import { expand, matches } from '../plan/declared-files.ts';
import type { ReadyStep } from '../plan/planned.ts';
import type { Fingerprint } from './entry.ts';
import { examine, type Before, type Examined } from './examine.ts';
import type { FileState } from './file-state.ts';
import type { FileStates } from './file-states.ts';
import type { NotStoredReason } from './not-stored.ts';
import type { GitView } from './ports.ts';
import type { Programs } from './programs.ts';
import { readEnv } from './read-env.ts';
import { inputsThatMatter, outputsThatMatter, saidBy, type Said } from './said.ts';
import { ambientDigests } from './snapshot.ts';
import { whySwitchedOff } from './trace-level.ts';

/** What an execution means: what it left, and whether a later run may be spared by it. */
export interface Judgement {
  /** The final state of what the step wrote, kept or not: the ledger's new word. */
  readonly left: ReadonlyMap<WorkspacePath, LeftPath>;
  /** Of that, what means nothing, as a tool said. */
  readonly ignored: ReadonlySet<WorkspacePath>;
  readonly verdict: Verdict;
}

interface LeftPath {
  readonly state: FileState;
  readonly made: boolean;
  readonly blind: boolean;
}

type Verdict = { readonly kind: 'keep'; readonly result: Result } | { readonly kind: 'refuse'; readonly reason: NotStoredReason };

/** A result that may be kept. */
export interface Result {
  readonly fingerprint: Fingerprint;
  readonly outputs: ReadonlyMap<WorkspacePath, Pick<LeftPath, 'state' | 'blind'>>;
  readonly removals: readonly WorkspacePath[];
  readonly ignoredOutputs: readonly WorkspacePath[];
  readonly notes: readonly string[];
}

export interface JudgeWorld {
  readonly states: FileStates;
  readonly git: GitView;
  readonly programs: Programs;
  readonly salt: Uint8Array;
}

/** What an execution came to, as far as judging goes. */
export interface Evidenced {
  readonly ready: ReadyStep;
  readonly caching: TaskCaching;
  readonly before: Before;
  readonly traced: { readonly kind: 'trace'; readonly trace: Trace } | Exclude<Traced, { kind: 'traced' }>;
  /** What the tools said of it. */
  readonly reported: Reported;
}

/** Decides what an execution means. Reads the workspace, changes nothing. */
export async function judge(evidenced: Evidenced, world: JudgeWorld): Promise<Judgement> {
  const { ready, caching, before, traced, reported } = evidenced;
  const { root } = world.states;
  const said = saidBy(reported, ready, caching, { root, salt: world.salt });
  if (traced.kind !== 'trace') return judgeUntraced(evidenced, said, world);
  const { trace } = traced;
  const examined = await examine(ready, caching.input, trace, { before, ...said, ...world });
  const left = leftBy(examined);
  const ignored = new Set([...left.keys()].filter(said.isIgnoredOutput));
  const reason =
    said.refusal ?? refusalOf(caching, trace, examined) ?? world.programs.changed(trace) ?? changedDeclared(before, left, root);
  if (reason) return { left, ignored, verdict: { kind: 'refuse', reason } };
  const inputs = tracedInputs(caching, examined, said);
  const fingerprint: Fingerprint = {
    ...inputs,
    declared: before.declared,
    programs: await world.programs.used(ready, [...trace.programs.keys()]),
    ambient: ambientDigests(ready, world.salt),
    asked: said.asked,
    read: readEnv(trace, ready, world.salt),
    ignoredInputs: inputsThatMatter(said, trace, inputs.listings),
  };
  const result: Result = {
    fingerprint,
    outputs: outputsOf(caching.output, examined, said),
    removals: examined.removals.filter((path) => !said.isIgnoredOutput(path)),
    ignoredOutputs: outputsThatMatter(said),
    notes: trace.network.map((address) => `used the network (${address})`),
  };
  return { left, ignored, verdict: { kind: 'keep', result } };
}

/** Without a trace only what the user declared is known: enough where both inputs and outputs are, and all that counts of paths. */
async function judgeUntraced(
  { ready, caching, before, traced }: Evidenced,
  { refusal, asked }: Said,
  { states, programs, salt }: JudgeWorld,
): Promise<Judgement> {
  const ignored: Judgement['ignored'] = new Set();
  if (caching.input.auto || caching.output.auto) {
    const reason = refusal ?? {
      code: 'tracing-unavailable',
      why: traced.kind === 'unavailable' ? traced.why : whySwitchedOff(caching.trace),
    };
    return { left: new Map(), ignored, verdict: { kind: 'refuse', reason } };
  }
  const paths = await expand(states.root, caching.output);
  const now = await states.read(paths);
  const left = new Map(paths.flatMap((path) => leftAt(path, now.get(path), before)));
  const reason = refusal ?? changedDeclared(before, left, states.root);
  if (reason) return { left, ignored, verdict: { kind: 'refuse', reason } };
  const fingerprint: Fingerprint = {
    ...nothingTraced,
    declared: before.declared,
    programs: await programs.used(ready, [ready.program]),
    ambient: ambientDigests(ready, salt),
    asked,
    read: [],
    ignoredInputs: [],
  };
  const result: Result = { fingerprint, outputs: left, removals: [], ignoredOutputs: [], notes: [] };
  return { left, ignored, verdict: { kind: 'keep', result } };
}

/** Nobody saw who wrote it: what stood there before the step counts as somebody else's work, and as looked at. */
function leftAt(path: WorkspacePath, state: FileState | undefined, before: Before): [WorkspacePath, LeftPath][] {
  if (state === undefined || state.kind === 'absent') return [];
  const made = !before.declaredOutputs.has(path) || before.own.get(path)?.made === true;
  return [[path, { state, made, blind: false }]];
}

/** A declared input that was not the same all the time, although the step did not write it. */
function changedDeclared({ declaredStamps }: Before, left: Judgement['left'], root: AbsolutePath): NotStoredReason | undefined {
  for (const [path, was] of declaredStamps) {
    if (!left.has(path) && !sameStamp(was, stampOf(joinPath(root, path)))) return { code: 'changed-during-run', path };
  }
  return undefined;
}

function refusalOf(caching: TaskCaching, trace: Trace, { refusals }: Examined): NotStoredReason | undefined {
  if (trace.incomplete) return { code: 'trace-incomplete', ...trace.incomplete };
  const [address] = trace.network;
  if (address !== undefined && caching.network === 'forbid') return { code: 'used-network', address };
  return refusals.find(({ code }) => {
    const isAboutInputs = code === 'changed-during-run' || code === 'modified-input' || code === 'modified-foreign';
    const isAboutOutputs = code !== 'changed-during-run' && code !== 'modified-input';
    return (isAboutInputs && caching.input.auto) || (isAboutOutputs && caching.output.auto);
  });
}

type TracedInputs = Pick<Fingerprint, 'files' | 'absences' | 'links' | 'directories' | 'listings'>;

const nothingTraced: TracedInputs = { files: [], absences: [], links: [], directories: [], listings: [] };

function tracedInputs({ input, output }: TaskCaching, examined: Examined, { isIgnoredInput }: Said): TracedInputs {
  // What is cleared away is a matter of outputs: a hit leaves it where it is.
  const cleared = output.auto ? examined.cleared : [];
  if (!input.auto) return { ...nothingTraced, absences: [...cleared].sort() };
  const counts = (path: WorkspacePath) => matches(input, path) && !isIgnoredInput(path);
  return {
    files: examined.files.filter(({ path }) => counts(path)).sort(byPath),
    absences: [...examined.absences.filter(counts), ...cleared].sort(),
    links: examined.links.filter(({ path }) => counts(path)).sort(byPath),
    directories: examined.directories.filter(counts).sort(),
    listings: examined.listings.filter(({ path }) => counts(path)).sort(byPath),
  };
}

/** Accesses come in any order: equal inputs make equal fingerprints. */
function byPath(a: { readonly path: WorkspacePath }, b: { readonly path: WorkspacePath }): number {
  return a.path < b.path ? -1 : 1;
}

function leftBy({ written, now }: Examined): Map<WorkspacePath, LeftPath> {
  return new Map(
    [...written].flatMap(([path, { made, blind }]) => {
      const state = now.get(path);
      return state && state.kind !== 'absent' ? [[path, { state, made, blind }] as const] : [];
    }),
  );
}

function outputsOf(selection: FileSelection, examined: Examined, { isIgnoredOutput }: Said): Result['outputs'] {
  const outputs = new Map<WorkspacePath, Pick<LeftPath, 'state' | 'blind'>>();
  for (const path of examined.carried) {
    const state = examined.now.get(path);
    if (state && state.kind !== 'absent') outputs.set(path, { state, blind: false });
  }
  for (const [path, { state, blind }] of leftBy(examined)) outputs.set(path, { state, blind });
  return new Map([...outputs].filter(([path]) => matches(selection, path) && !isIgnoredOutput(path)));
}
