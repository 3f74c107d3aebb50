import type { Import, SourceFile } from './source-file.ts';

/** What one part of the product may import besides its own files and packages: beginnings of paths. */
interface Direction {
  readonly values?: readonly string[];
  readonly types?: readonly string[];
  /** Node modules, packages and paths whose values it must do without, though the rest allows them. */
  readonly never?: readonly string[];
  readonly ownFiles?: false;
}

const threads = ['node:worker_threads', 'piscina'];
const processes = ['node:child_process', ...threads];
const stages = ['base', 'workspace', 'graph', 'plan', 'schedule', 'execute', 'cache', 'report'].map((stage) => `src/${stage}/`);

/** What a command may have done as a whole. */
const wholes = [
  'src/run.ts',
  'src/ci-output.ts',
  'src/completion-scripts.ts',
  'src/health-check.ts',
  'src/dry-run.ts',
  'src/prepare.ts',
  'src/recorded-entries.ts',
  'src/run-report.ts',
  'src/open-cache.ts',
  'src/choose-task.ts',
  'src/open-reporter.ts',
  'src/current-directory.ts',
];

/** A plan is made of the graph's values: whoever may import the plan may name the graph's types. */
const graphTypes = ['src/graph/'];

/** By the beginning of a file's path; the longest one counts. */
const directions: Readonly<Record<string, Direction>> = {
  'src/base/': { never: processes },
  'src/workspace/': { values: ['src/base/'], never: threads },
  'src/graph/': { values: ['src/workspace/', 'src/base/'], never: ['src/base/files.ts', 'node:fs', ...processes] },
  'src/plan/': { values: ['src/graph/', 'src/workspace/', 'src/base/'], never: ['node:perf_hooks', ...processes] },
  'src/schedule/': { values: ['src/plan/', 'src/base/'], types: graphTypes, never: processes },
  'src/execute/': { values: ['src/plan/', 'src/base/'], types: graphTypes, never: threads },
  'src/cache/': { values: ['src/plan/', 'src/base/'], types: ['src/execute/', ...graphTypes], never: processes },
  'src/report/': {
    values: ['src/base/'],
    types: ['src/plan/', 'src/schedule/', 'src/execute/', 'src/cache/', ...graphTypes],
    never: processes,
  },
  'ui/': {
    values: ['src/report/', 'src/cache/miss-reason.ts', 'src/cache/not-stored.ts', 'src/base/'],
    types: ['src/plan/', 'src/cache/', ...graphTypes],
    never: processes,
  },
  'workers/': {
    values: ['src/base/', 'src/execute/ipc/protocol.ts', 'src/execute/ipc/client/', 'src/config-answer.ts'],
    types: ['src/execute/', 'src/cache/'],
  },
  'src/commands/': { values: [...stages, 'ui/', ...wholes], ownFiles: false, never: threads },
  'src/': { values: ['src/', 'ui/', 'workers/'] },
};

/** One line per import that points against the direction of the data. */
export function directionViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const part = partOf(path);
    return imports
      .filter((edge) => !isAllowed(part, directions[part] ?? {}, edge))
      .map(({ target, isType }) => `${path} imports ${isType ? 'types' : 'values'} of ${target}`);
  });
}

function partOf(path: string): string {
  const parts = Object.keys(directions).filter((part) => path.startsWith(part));
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest));
}

function isAllowed(part: string, direction: Direction, { target, isType }: Import): boolean {
  const { values = [], types = [], never = [], ownFiles = true } = direction;
  const isBelow = (start: string) => target === start || target.startsWith(start);
  if (!isType && never.some(isBelow)) return false;
  if (!isOurs(target)) return true;
  if (partOf(target) === part) return ownFiles;
  return values.some(isBelow) || (isType && types.some(isBelow));
}

function isOurs(target: string): boolean {
  return /^(src|ui|workers)\//.test(target);
}
