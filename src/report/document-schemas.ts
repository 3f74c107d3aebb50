import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';

/** The JSON schema of what `reprise run --dry-run --json` prints. */
export function planJsonSchema(): JsonSchema {
  const definitions = { plan };
  return { title: 'Reprise plan', ...toJsonSchema(planDocument, { definitions }) };
}

/** The JSON schema of what `reprise run --json` prints. */
export function graphJsonSchema(): JsonSchema {
  return { title: 'Reprise packages and tasks', ...toJsonSchema(graphDocument) };
}

const taskId = v.pipe(v.string(), v.description('`<directory of the package>#<name of the task>`'));
const directory = v.pipe(v.string(), v.description('Relative to the workspace root, which is the empty text'));

const reason = v.looseObject({ code: v.string(), message: v.pipe(v.string(), v.description('As people read it')) });

const cache = v.variant('status', [
  v.object({ status: v.literal('hit'), baseline: v.object({ durationMs: v.number() }) }),
  v.object({ status: v.literal('miss'), reasons: v.array(reason), moreReasons: v.exactOptional(v.number()) }),
  v.pipe(v.object({ status: v.literal('noBaseline') }), v.description('Nothing is stored to compare with')),
  v.object({ status: v.literal('disabled'), reason: v.string() }),
]);

const commandStep = v.object({
  command: v.pipe(v.string(), v.description('As its header shows it')),
  program: v.string(),
  args: v.array(v.string()),
  cwd: directory,
  cache: v.exactOptional(v.pipe(cache, v.description('Absent for what is done in process'))),
  problem: v.exactOptional(v.pipe(v.object({ code: v.string(), message: v.string() }), v.description('Why it could not be started now'))),
  provisional: v.exactOptional(v.pipe(v.literal(true), v.description('Something that would execute before it may change the answer'))),
});

interface Plan {
  readonly [id: string]: unknown;
}

const nestedStep = v.object({ command: v.string(), plan: v.lazy((): v.GenericSchema<Plan> => plan) });

const plan: v.GenericSchema<Plan> = v.record(
  taskId,
  v.object({
    package: v.pipe(v.string(), v.description("The package's name, or its directory if it has none")),
    name: v.string(),
    dependsOn: v.exactOptional(v.array(taskId)),
    steps: v.array(v.union([nestedStep, commandStep])),
  }),
);

const planDocument = v.object({
  version: v.literal(1),
  workspaceRoot: v.string(),
  plan,
  notes: v.exactOptional(v.pipe(v.array(v.string()), v.description('What was left out of the selection and why'))),
});

const graphDocument = v.object({
  version: v.literal(1),
  workspaceRoot: v.string(),
  packages: v.record(directory, v.object({ name: v.exactOptional(v.string()), dependencies: v.exactOptional(v.array(directory)) })),
  tasks: v.record(
    taskId,
    v.object({
      package: v.string(),
      name: v.string(),
      command: v.string(),
      origin: v.picklist(['script', 'config']),
      cwd: v.exactOptional(directory),
      dependsOn: v.exactOptional(v.array(taskId)),
    }),
  ),
});
