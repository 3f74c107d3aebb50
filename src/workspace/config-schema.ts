import * as v from 'valibot';
import { isRecord } from '../base/json.ts';
import { parseSizeLimit } from '../base/size-limit.ts';
import type { WorkspacePath } from '../base/path.ts';
import { globProblem } from './config-glob.ts';
import { dependencyKinds } from './manifest.ts';

/** A RunConfig as users may write it. */
export type UserConfig = v.InferOutput<ReturnType<typeof configSchema>>;
export type UserTask = v.InferOutput<ReturnType<typeof taskSchema>>;

/** How a value finds its schema among several; see `byLooking`, and `config-json-schema.ts`, which has them all. */
export type Choose = <const Options extends Alternatives>(
  options: Options,
  pick: (input: unknown, options: Options) => Options[number],
) => v.LazySchema<Options[number]>;

type Alternatives = readonly [v.GenericSchema, v.GenericSchema, ...v.GenericSchema[]];

/** The value is looked at, so that a mistake inside is named, and not "no alternative fits". */
const byLooking: Choose = (options, pick) => v.lazy((input) => pick(input, options));

/**
 * Checks the config of the package in `directory`; the types of a config and its JSON schema come from here, too. A message is
 * the rest of a sentence that begins with the name of the value; that of an unknown key (`never`) is the list of the known ones.
 */
export function configSchema(directory: WorkspacePath, choose: Choose = byLooking) {
  const defaults = closedObject({
    scripts: optional(flag, 'Cache the scripts of every package.json. Default: false.'),
    tasks: optional(flag, 'Cache the tasks of every config. Default: true.'),
  });
  return v.pipe(
    notAList,
    closedObject({
      $schema: optional(text, 'Where an editor finds the JSON schema of this file.'),
      cache: optional(
        choose([defaults, flagOrObject], ifObject),
        'What is cached where a task does not say: everything, nothing, or scripts and tasks each. Root only.',
      ),
      cacheDir: optional(name, 'Where results are stored, relative to the root. Default: node_modules/.cache/reprise. Root only.'),
      cacheMaxSize: optional(
        sizeLimit,
        'How much may be stored: "10 GB", "10%" of the disk, or bytes; beyond it goes what was not used for longest. Root only.',
      ),
      enablePrePostScripts: optional(flag, 'Run preX before and postX after a script X. Default: true. Root only.'),
      tasks: optional(
        v.pipe(notAList, v.record(taskName, choose([taskSchema(directory, choose), commandSchema(choose)], ifObject), 'must be an object')),
        'The tasks of this package, by name: a command, a list of commands, or an object. None may have the name of a script.',
      ),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (directory === '') return;
      for (const item of members(dataset.value, ['cache', 'cacheDir', 'cacheMaxSize', 'enablePrePostScripts'])) {
        addIssue({ message: "may only stand in the config of the workspace's root", path: [item] });
      }
    }),
  );
}

function taskSchema(directory: WorkspacePath, choose: Choose) {
  const files = v.array(fileEntry(directory, choose), 'must be a list');
  const caching = {
    env: optional(names, 'Variables that the result depends on; the task sees them. "*" stands for any text, "!" excludes.'),
    untrackedEnv: optional(names, 'Variables that the task sees and the result does not depend on.'),
    input: optional(
      files,
      'What the result depends on: globs relative to the package, "!" excludes. {"auto": true} stands for all that the task is seen to read, which is the default.',
    ),
    output: optional(
      files,
      'What is stored and restored: globs relative to the package, "!" excludes. {"auto": true} stands for all that the task is seen to write, which is the default; [] for nothing but what it prints.',
    ),
    network: optional(
      v.picklist(['allow', 'forbid'], "must be 'allow' or 'forbid'"),
      'Whether the result is stored although the task used the network. Default: "allow".',
    ),
  };
  return v.pipe(
    closedObject({
      command: v.pipe(commandSchema(choose), v.description('What to run; of a list, each command only if those before it succeeded.')),
      cwd: optional(text, 'Where to run it, relative to the package. Default: the package.'),
      dependsOn: optional(
        v.array(dependencySchema(choose), 'must be a list of tasks'),
        'What must succeed first: "task" of this package, "package#task", or {"task", "from"} for that task of the packages this one depends on.',
      ),
      trace: optional(
        choose([v.literal(false), v.picklist(['full', 'preload'], "must be 'full', 'preload' or false")], ifFalse),
        'How the task is watched. With false nothing is seen: what it reads and writes must then be declared. Default: "full".',
      ),
      cache: optional(
        choose([closedObject(caching), flagOrObject], ifObject),
        'Whether the task is cached. As an object it is, and env, untrackedEnv, input, output and network stand inside.',
      ),
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

function commandSchema(choose: Choose) {
  return choose([v.array(text), v.string('must be a string or a list of strings')], ifList);
}

function dependencySchema(choose: Choose) {
  const from = choose([v.array(dependencyKind), dependencyKind], ifList);
  const inDependencies = closedObject({
    task: described(name, 'Packages that do not have it are left out.'),
    from: described(from, 'The fields of package.json whose workspace packages are meant.'),
  });
  return choose([inDependencies, v.pipe(v.string('must be a task, or {"task", "from"}'), v.nonEmpty('must not be empty'))], ifObject);
}

function fileEntry(directory: WorkspacePath, choose: Choose) {
  const based = v.variant(
    'base',
    [
      closedObject({ pattern: globIn(directory), base: v.literal('package') }),
      closedObject({ pattern: globIn('' as WorkspacePath), base: v.literal('workspace') }),
    ],
    "must be 'package' or 'workspace'",
  );
  const automatic = closedObject({ auto: described(flag, 'Whether what the task is seen to do counts, besides the globs.') });
  const own = globIn(directory, 'must be a glob, {"pattern", "base"} or {"auto"}');
  return choose([own, automatic, based], (input) => {
    if (!isRecord(input)) return own;
    return 'auto' in input ? automatic : based;
  });
}

function globIn(base: WorkspacePath, noText = 'must be a string') {
  return v.pipe(
    v.string(noText),
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

/** `meaning` is what an editor shows for the key. */
function optional<const Schema extends v.GenericSchema>(schema: Schema, meaning: string) {
  return v.exactOptional(described(schema, meaning));
}

function described<const Schema extends v.GenericSchema>(schema: Schema, meaning: string) {
  return v.pipe(schema, v.description<v.InferOutput<Schema>, string>(meaning));
}

function members(input: unknown, keys: readonly string[]): v.ObjectPathItem[] {
  if (!isRecord(input)) return [];
  const present = keys.filter((key) => key in input);
  return present.map((key) => ({ type: 'object', origin: 'value', input, key, value: input[key] }));
}

type Fork = <One, Other>(input: unknown, options: readonly [One, Other]) => One | Other;

const ifObject: Fork = (input, [one, other]) => (isRecord(input) ? one : other);
const ifList: Fork = (input, [one, other]) => (Array.isArray(input) ? one : other);
const ifFalse: Fork = (input, [one, other]) => (input === false ? one : other);

/** Before an object: to valibot, a list is one without keys. */
const notAList = v.custom<object>((input) => !Array.isArray(input), 'must be an object');
const flag = v.boolean('must be true or false');
const flagOrObject = v.boolean('must be true, false or an object');
const text = v.string('must be a string');
const name = v.pipe(text, v.nonEmpty('must not be empty'));
const names = v.array(name, 'must be a list of strings');
const taskName = v.pipe(v.string(), v.regex(/^[^#]+$/, "must be a name without '#'"));
const dependencyKind = v.picklist(dependencyKinds, `must be ${dependencyKinds.map((one) => `'${one}'`).join(', ')} or a list of them`);
const notASize = "must be a size as in '10 GB' or '10%', or a number of bytes";
const sizeLimit = v.pipe(
  v.union([v.string(), v.number()], notASize),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed && parseSizeLimit(dataset.value) === undefined) addIssue({ message: notASize });
  }),
);
