import * as v from 'valibot';
import { isRecord } from '../base/json.ts';
import { parseSizeLimit } from '../base/size-limit.ts';
import type { WorkspacePath } from '../base/path.ts';
import { globProblem } from './config-glob.ts';
import { dependencyKinds } from './manifest.ts';

/** A RunConfig as users may write it. */
export type UserConfig = v.InferOutput<ReturnType<typeof configSchema>>;
export type UserTask = v.InferOutput<ReturnType<typeof taskSchema>>;

/**
 * Checks the config of the package in `directory`. A message is the rest of a sentence that begins with the name of the value;
 * that of an unknown key (`never`) is the list of the known ones.
 */
export function configSchema(directory: WorkspacePath) {
  return v.pipe(
    closedObject({
      $schema: v.exactOptional(text),
      cache: v.exactOptional(objectOr(closedObject({ scripts: v.exactOptional(flag), tasks: v.exactOptional(flag) }), flagOrObject)),
      cacheDir: v.exactOptional(name),
      cacheMaxSize: v.exactOptional(sizeLimit),
      enablePrePostScripts: v.exactOptional(flag),
      tasks: v.exactOptional(v.record(taskName, objectOr(taskSchema(directory), command), 'must be an object')),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (directory === '') return;
      for (const item of members(dataset.value, ['cache', 'cacheDir', 'cacheMaxSize', 'enablePrePostScripts'])) {
        addIssue({ message: "may only stand in the config of the workspace's root", path: [item] });
      }
    }),
  );
}

function taskSchema(directory: WorkspacePath) {
  const globs = v.exactOptional(v.array(fileEntry(directory), 'must be a list'));
  const caching = {
    env: v.exactOptional(names),
    untrackedEnv: v.exactOptional(names),
    input: globs,
    output: globs,
    network: v.exactOptional(v.picklist(['allow', 'forbid'], "must be 'allow' or 'forbid'")),
  };
  return v.pipe(
    closedObject({
      command,
      cwd: v.exactOptional(text),
      dependsOn: v.exactOptional(v.array(dependency, 'must be a list of tasks')),
      trace: v.exactOptional(trace),
      cache: v.exactOptional(objectOr(closedObject(caching), flagOrObject)),
      ...caching,
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      const cache = isRecord(dataset.value) ? dataset.value['cache'] : undefined;
      if (cache !== false && !isRecord(cache)) return;
      const message = cache === false ? "has no meaning with 'cache': false" : "must stand under 'cache', with the others";
      for (const item of members(dataset.value, Object.keys(caching))) addIssue({ message, path: [item] });
    }),
  );
}

function fileEntry(directory: WorkspacePath) {
  const own = globIn(directory);
  const fromRoot = globIn('' as WorkspacePath);
  const based = v.variant(
    'base',
    [closedObject({ pattern: own, base: v.literal('package') }), closedObject({ pattern: fromRoot, base: v.literal('workspace') })],
    "must be 'package' or 'workspace'",
  );
  const automatic = closedObject({ auto: flag });
  return v.lazy((input) => {
    if (typeof input === 'string') return own;
    if (!isRecord(input)) return entryForm;
    return 'auto' in input ? automatic : based;
  });
}

function globIn(base: WorkspacePath) {
  return v.pipe(
    text,
    v.check(
      (glob) => globProblem(glob, base) === undefined,
      ({ input }) => globProblem(input, base) ?? '',
    ),
  );
}

/** An object without other keys. valibot's own stops at the first unknown one. */
function closedObject<const Entries extends v.ObjectEntries>(entries: Entries) {
  type Closed = Omit<v.ObjectSchema<Entries, string>, 'type'> & { readonly type: 'object' };
  const schema: unknown = v.objectWithRest(entries, v.never(Object.keys(entries).join(' ')), 'must be an object');
  return schema as Closed;
}

/** Checks an object with the one schema and all else with the other, so that a mistake inside is named, not "no alternative fits". */
function objectOr<const Schema extends v.GenericSchema, const Other extends v.GenericSchema>(schema: Schema, other: Other) {
  return v.lazy((input) => (isRecord(input) ? schema : other));
}

function members(input: unknown, keys: readonly string[]): v.ObjectPathItem[] {
  if (!isRecord(input)) return [];
  const present = keys.filter((key) => key in input);
  return present.map((key) => ({ type: 'object', origin: 'value', input, key, value: input[key] }));
}

const flag = v.boolean('must be true or false');
const flagOrObject = v.boolean('must be true, false or an object');
const text = v.string('must be a string');
const name = v.pipe(text, v.nonEmpty('must not be empty'));
const names = v.array(name, 'must be a list of strings');
const trace = v.lazy((input) =>
  input === false ? v.literal(false) : v.picklist(['full', 'preload'], "must be 'full', 'preload' or false"),
);
const kind = v.picklist(dependencyKinds, `must be ${dependencyKinds.map((one) => `'${one}'`).join(', ')} or a list of them`);
const kinds = v.lazy((input) => (Array.isArray(input) ? v.array(kind) : kind));
const dependency = objectOr(
  closedObject({ task: name, from: kinds }),
  v.pipe(v.string('must be a task, or {"task", "from"}'), v.nonEmpty('must not be empty')),
);
const notASize = "must be a size as in '10 GB' or '10%', or a number of bytes";
const sizeLimit = v.pipe(
  v.union([v.string(), v.number()], notASize),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed && parseSizeLimit(dataset.value) === undefined) addIssue({ message: notASize });
  }),
);
const taskName = v.pipe(v.string(), v.regex(/^[^#]+$/, "must be a name without '#'"));
const command = v.lazy((input) => (Array.isArray(input) ? v.array(text) : v.string('must be a string or a list of strings')));
const entryForm = v.custom<string>(() => false, 'must be a glob, {"pattern", "base"} or {"auto"}');
