import { realPath } from '../base/files.ts';
import { isInside, normalizeAbsolute, type AbsolutePath } from '../base/path.ts';

/**
 * Places outside the workspace that a step may write without its result depending on it: temp directories, what tools
 * keep below `$HOME/.*` and the XDG directories, devices and process files. Each by the name given and by where it leads.
 */
export function freePlaces(env: Readonly<Record<string, string>>): (path: AbsolutePath) => boolean {
  const homes = bothNames(env['HOME'] ?? '');
  const named = ['TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'];
  const places = ['/tmp', '/var/tmp', '/dev', '/proc', ...named.map((name) => env[name] ?? '')].flatMap(bothNames);
  return (path) => places.some((place) => isInside(place, path)) || homes.some((home) => isHiddenIn(home, path));
}

function isHiddenIn(home: AbsolutePath, path: AbsolutePath): boolean {
  return isInside(home, path) && path[home.length + 1] === '.';
}

/** The root is no such place, nor is a relative path. */
function bothNames(place: string): AbsolutePath[] {
  const path = normalizeAbsolute(place);
  return place.startsWith('/') ? [...new Set([path, realPath(path) ?? path])].filter((name) => name !== '/') : [];
}
