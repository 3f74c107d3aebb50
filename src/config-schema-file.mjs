import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Writes `config.schema.json` beside the bundle: what the checks of a config say, for editors. */
export function configSchemaFile() {
  return {
    name: 'config-schema-file',
    async writeBundle({ dir }) {
      const { configJsonSchema } = await importBundled('src/workspace/config-json-schema.ts');
      writeFileSync(join(dir, 'config.schema.json'), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
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
