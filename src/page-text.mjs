import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { rolldown } from 'rolldown';

/** `import text from './page.css?text'`: the file as a text; a script with all that it imports, as a browser takes it. */
export function pageText() {
  const [start, end] = ['\0text:', '.mjs'];
  return {
    name: 'page-text',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith('?text') || importer === undefined) return undefined;
      return `${start}${resolve(dirname(importer), source.slice(0, -'?text'.length))}${end}`;
    },
    async load(id) {
      if (!id.startsWith(start)) return undefined;
      const path = id.slice(start.length, -end.length);
      this.addWatchFile(path);
      const text = path.endsWith('.ts') ? await bundled(path) : readFileSync(path, 'utf8');
      return { code: `export default ${JSON.stringify(text)};`, moduleType: 'js' };
    },
  };
}

async function bundled(input) {
  const bundle = await rolldown({ input, platform: 'browser' });
  try {
    const { output } = await bundle.generate({ format: 'esm', minify: false });
    return output[0].code;
  } finally {
    await bundle.close();
  }
}
