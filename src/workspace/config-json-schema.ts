import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import type { WorkspacePath } from '../base/path.ts';
import { configSchema, type Choose } from './config-schema.ts';

/**
 * The JSON schema of a config, for editors: `dist/config.schema.json` is made from it. It has every key with what it means. What
 * no JSON schema can say is left to the run: whether a glob or a size is one, which keys exclude each other, and what only the
 * root's config may say.
 */
export function configJsonSchema(): JsonSchema {
  return {
    title: 'Reprise config of a package',
    ...toJsonSchema(configSchema('' as WorkspacePath, everyAlternative), {
      typeMode: 'output',
      ignoreActions: ['check', 'raw_check'],
      overrideSchema: ({ valibotSchema, jsonSchema }) =>
        // "Property is not allowed", say editors of `false`, and of valibot's own form that a schema forbids the value.
        'rest' in valibotSchema ? { ...jsonSchema, additionalProperties: false } : undefined,
    }),
  };
}

const everyAlternative: Choose = <Options extends Parameters<Choose>[0]>(options: Options) => {
  const union: unknown = v.union(options);
  return union as v.LazySchema<Options[number]>;
};
