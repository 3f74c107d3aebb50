import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Hasher } from './base/digest.ts';
import { orAbsent } from './base/files.ts';
import { textMembers } from './base/json.ts';
import { joinPath, nameOf, parentOf, type AbsolutePath, type WorkspacePath } from './base/path.ts';
import { makeTaskId } from './graph/task.ts';
import { nameMatcher } from './plan/env.ts';
import type { PlannedStep, ReadyStep, StepOwner } from './plan/planned.ts';

export interface ConfigSurroundings {
  readonly root: AbsolutePath;
  /** The runner's own, all of which a config sees. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hasher: Hasher;
}

/**
 * The execution of a config as a step, so that it is remembered by the rules of steps: whatever it reads counts. It may
 * leave nothing in the workspace and not use the network, since a remembered value does neither.
 */
export function configStep(file: WorkspacePath, { root, env, hasher }: ConfigSurroundings): ReadyStep {
  const directory = parentOf(file);
  const cwd = joinPath(root, directory);
  const childEnv = { ...textMembers(env), PWD: cwd };
  return {
    step: plannedStep(file, directory),
    program: process.execPath as AbsolutePath,
    programName: 'node',
    argv0: process.execPath,
    // What else decides how the file is read. The process itself has arguments of its own.
    args: [nameOf(file), process.version, hasher.ofBytes(orAbsent(() => readFileSync(configLoader())) ?? new Uint8Array())],
    cwd,
    env: childEnv,
    envPrefix: {},
    declaredEnv: Object.fromEntries(Object.entries(childEnv).filter(([name]) => isReadByNode(name))),
    // What it turns out to read takes their place.
    ambientEnv: {},
  };
}

/** Beside the bundle, or from the sources' own place in the repository. */
export function configLoader(): string {
  const places = ['./config-loader.mjs', '../dist/config-loader.mjs'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(place)) ?? './config-loader.mjs';
}

/** Read by Node or the system, where the loader does not see it. */
const isReadByNode = nameMatcher(
  'NODE_* !NODE_ENV JITI_* LD_* UV_* ICU_* OPENSSL_* SSL_* TZ LANG LANGUAGE LC_* HOME TMPDIR TMP TEMP'.split(' '),
);

function plannedStep(file: WorkspacePath, directory: WorkspacePath): PlannedStep {
  // No task can have this name.
  const task = makeTaskId(directory, `#${nameOf(file)}`);
  return {
    task,
    label: file,
    index: 0,
    owner: `${task} 0 []` as StepOwner,
    command: { kind: 'program', words: [] },
    shown: file,
    cwd: directory,
    envPrefix: [],
    caching: {
      kind: 'cached',
      enabled: true,
      env: [],
      untrackedEnv: [],
      input: { auto: true, include: [], exclude: [] },
      output: { auto: true, include: [], exclude: [] },
      network: 'forbid',
      trace: 'full',
    },
  };
}
