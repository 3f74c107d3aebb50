import { delimiter } from 'node:path';

/** The environment of someone who types the command at a prompt: without what `npm run` and a surrounding runner add. */
export function userEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(lifecycle|package|config_local_prefix|command|execpath)|REPRISE_|VP_RUN_|INIT_CWD$)/.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: withoutPackageBins(process.env.PATH ?? '') };
}

/** Otherwise a program missing in the playground would be found in this repository's own packages. */
function withoutPackageBins(path) {
  return path
    .split(delimiter)
    .filter((entry) => !/node_modules[\\/]\.bin|node-gyp-bin/.test(entry))
    .join(delimiter);
}
