import * as v from 'valibot';
import type { Diagnostic, SourcePlace } from '../base/diagnostic.ts';
import type { JsonDocument, JsonPath } from '../base/json.ts';
import { suggestion } from '../base/nearest.ts';
import { parseSizeLimit, type SizeLimit } from '../base/size-limit.ts';
import { resolvePath, type AbsolutePath, type WorkspacePath } from '../base/path.ts';
import { resolveGlob } from './config-glob.ts';
import type { DependencyKind } from './manifest.ts';
import { configSchema, type UserConfig, type UserTask } from './config-schema.ts';

/** The config file of one package, every value in the form that the rest of the program relies on. */
export interface PackageConfig {
  readonly directory: WorkspacePath;
  readonly tasks: readonly ConfiguredTask[];
  /** `undefined` where the user said nothing, as everywhere outside the root. */
  readonly cache: boolean | { readonly scripts?: boolean; readonly tasks?: boolean } | undefined;
  readonly cacheDirectory: string | undefined;
  readonly cacheMaxSize: SizeLimit | undefined;
  readonly enablePrePostScripts: boolean | undefined;
}

export interface ConfiguredTask {
  readonly name: string;
  readonly at: SourcePlace;
  readonly commands: readonly string[];
  readonly cwd: WorkspacePath;
  readonly dependsOn: readonly Reference[];
  readonly caching: TaskCaching;
}

/** What a `dependsOn` entry names, and where the user wrote it. */
export type Reference = { readonly at: SourcePlace } & (
  | { /** A `task` of the same package, or a `package#task`. */ readonly kind: 'task'; readonly text: string }
  /** The task of each package that this one depends on in one of these ways, where it has it. */
  | { readonly kind: 'in-dependencies'; readonly task: string; readonly from: readonly DependencyKind[] }
);

/** What the user declared. Globs are relative to the workspace root, as `plan/declared-files.ts` matches them. */
export interface TaskCaching {
  /** `undefined`: as the run decides (scripts: off unless `--cache`; tasks: on). */
  readonly enabled: boolean | undefined;
  readonly env: readonly string[];
  readonly untrackedEnv: readonly string[];
  readonly input: FileSelection;
  readonly output: FileSelection;
  readonly network: 'allow' | 'forbid';
  readonly trace: 'full' | 'preload' | false;
}

/** `auto`: what the trace finds, plus `include`; without it `include` alone. `exclude` wins over both. */
export interface FileSelection {
  readonly auto: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface ConfigSource {
  readonly document: JsonDocument;
  readonly root: AbsolutePath;
  /** The package's. */
  readonly directory: WorkspacePath;
}

/** The config in the document, or all that is wrong with it. */
export function resolveConfig(source: ConfigSource): PackageConfig | Diagnostic[] {
  const { document, directory } = source;
  const checked = v.safeParse(configSchema(directory), document.value);
  if (!checked.success) return checked.issues.map((issue) => describe(issue, document)).sort(comparePlaces);
  const config: UserConfig = checked.output;
  return {
    directory,
    tasks: Object.entries(config.tasks ?? {}).map(([name, task]) => resolveTask(name, task, source)),
    cache: config.cache,
    cacheDirectory: config.cacheDir,
    cacheMaxSize: config.cacheMaxSize === undefined ? undefined : parseSizeLimit(config.cacheMaxSize),
    enablePrePostScripts: config.enablePrePostScripts,
  };
}

function resolveTask(name: string, task: UserTask | string | string[], { document, root, directory }: ConfigSource): ConfiguredTask {
  const full: UserTask = typeof task === 'string' || Array.isArray(task) ? { command: task } : task;
  const { command, cwd = '', dependsOn = [], cache } = full;
  const caching = typeof cache === 'object' ? cache : full;
  return {
    name,
    at: document.placeOf(['tasks', name], 'key'),
    commands: typeof command === 'string' ? [command] : command,
    cwd: resolvePath(root, directory, cwd),
    dependsOn: dependsOn.map((entry, index) => resolveReference(entry, document.placeOf(['tasks', name, 'dependsOn', index]))),
    caching: {
      enabled: typeof cache === 'object' ? true : cache,
      env: caching.env ?? [],
      untrackedEnv: caching.untrackedEnv ?? [],
      input: resolveFiles(caching.input, directory),
      output: resolveFiles(caching.output, directory),
      network: caching.network ?? 'allow',
      trace: full.trace ?? 'full',
    },
  };
}

function resolveReference(entry: NonNullable<UserTask['dependsOn']>[number], at: SourcePlace): Reference {
  if (typeof entry === 'string') return { kind: 'task', text: entry, at };
  return { kind: 'in-dependencies', task: entry.task, from: typeof entry.from === 'string' ? [entry.from] : entry.from, at };
}

/** Nothing said means everything found by itself; anything said means that alone. */
function resolveFiles(entries: UserTask['input'], directory: WorkspacePath): FileSelection {
  if (entries === undefined) return { auto: true, include: [], exclude: [] };
  const globs = entries.flatMap((entry) => {
    if (typeof entry === 'string') return [resolveGlob(entry, directory)];
    return 'auto' in entry ? [] : [resolveGlob(entry.pattern, entry.base === 'workspace' ? ('' as WorkspacePath) : directory)];
  });
  return {
    auto: entries.some((entry) => typeof entry === 'object' && 'auto' in entry && entry.auto),
    include: globs.filter((one) => !one.isExclusion).map((one) => one.glob),
    exclude: globs.filter((one) => one.isExclusion).map((one) => one.glob),
  };
}

/** The message is the rest of a sentence; see `config-schema.ts`. */
function describe(issue: v.BaseIssue<unknown>, document: JsonDocument): Diagnostic {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const last = issue.path?.at(-1);
  const isMissing = last?.origin === 'key' && last.value === undefined;
  const within = nameOfValue(isMissing || issue.type === 'never' ? path.slice(0, -1) : path);
  const key = String(path.at(-1));

  if (issue.type === 'never') {
    const hint = suggestion(key, issue.message.split(' '));
    const message = `Unknown key '${key}' in ${within}`;
    return { code: 'unknown-config-key', message, at: document.placeOf(path, 'key'), ...(hint !== undefined && { hint }) };
  }
  if (isMissing) return { code: 'invalid-config', message: `${within} has no '${key}'`, at: document.placeOf(path, 'key') };
  const code = issue.type === 'check' ? 'invalid-glob' : 'invalid-config';
  const part = last?.origin === 'key' || issue.type === 'raw_check' ? 'key' : 'value';
  return { code, message: `${within} ${issue.message}`, at: document.placeOf(path, part) };
}

function comparePlaces({ at: a }: Diagnostic, { at: b }: Diagnostic): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** `tasks.build.input[0]`, as people write it. */
function nameOfValue(path: JsonPath): string {
  const name = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return name === '' ? 'the config' : `'${name.replace(/^\./, '')}'`;
}
