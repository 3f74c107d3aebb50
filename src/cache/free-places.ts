import { isInside, type AbsolutePath } from '../base/path.ts';

/**
 * Places outside the workspace that a step may write without its result depending on it: temp directories, what tools
 * keep below `$HOME/.*` and the XDG directories, devices and process files.
 */
export function freePlaces(env: Readonly<Record<string, string>>): (path: AbsolutePath) => boolean {
  const home = env['HOME'];
  const named = ['TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'];
  const places = ['/tmp', '/var/tmp', '/dev', '/proc', ...named.map((name) => env[name] ?? '')].filter((place) => place.startsWith('/'));
  return (path) => places.some((place) => place !== '/' && isInside(place, path)) || isHiddenIn(home, path);
}

function isHiddenIn(home: string | undefined, path: AbsolutePath): boolean {
  return home !== undefined && home !== '/' && isInside(home, path) && path[home.length + 1] === '.';
}
