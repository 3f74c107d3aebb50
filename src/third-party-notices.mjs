import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes `THIRD-PARTY-NOTICES.txt` beside the bundles that it is given to: the licence of every package that something was bundled
 * of, and that of the C library in the trace helpers. The build fails where a package came without its text.
 */
export function thirdPartyNotices() {
  const directories = new Set();
  return {
    name: 'third-party-notices',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
      for (const module of modules) if (packageDirectory(module) !== undefined) directories.add(packageDirectory(module));
      const notices = [...[...directories].sort().map(noticeOfPackage), readFileSync(ownCopy('glibc'), 'utf8')];
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source: notices.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}

function packageDirectory(module) {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(module)?.[0];
}

function noticeOfPackage(directory) {
  const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return `${name} ${version}\n\n${readFileSync(licenceFile(directory, name), 'utf8').trimEnd()}\n`;
}

function licenceFile(directory, name) {
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
  if (file !== undefined) return join(directory, file);
  const copy = ownCopy(name.replace('@', '').replace('/', '-'));
  if (!existsSync(copy)) throw new Error(`${name} is bundled, and has no licence file: put its text into ${copy}`);
  return copy;
}

/** Texts that a package forgets to carry. */
function ownCopy(name) {
  return fileURLToPath(new URL(`licences/${name}.txt`, import.meta.url));
}
