import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Writes the JSON schemas beside the bundle: what the checks of a config say, for editors, and what `--json` prints. */
export function schemaFiles() {
  return {
    name: 'schema-files',
    async writeBundle({ dir }) {
      const { configJsonSchema } = await importBundled('src/workspace/config-json-schema.ts');
      const { planJsonSchema, graphJsonSchema } = await importBundled('src/report/document-schemas.ts');
      const { eventsJsonSchema } = await importBundled('src/report/event-schema.ts');
      const { runRecordSchema } = await importBundled('src/report/run-record-schema.ts');
      const documents = { plan: planJsonSchema(), graph: graphJsonSchema(), events: eventsJsonSchema(), 'run-record': runRecordSchema() };
      const schemas = { config: configJsonSchema(), ...documents };
      for (const [name, schema] of Object.entries(schemas)) {
        writeFileSync(join(dir, `${name}.schema.json`), `${JSON.stringify(schema, undefined, 2)}\n`);
      }
    },
  };
}

/** Node 20 does not import TypeScript. */
async function importBundled(input) {
  const bundle = await rolldown({ input, platform: 'node' });
  try {
    const { output } = await bundle.generate({ format: 'esm' });
    return await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
  } finally {
    await bundle.close();
  }
}
