import type { AbsolutePath } from '../base/path.ts';
import type { Claimant } from './owners.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tells a run inside a step which steps of this workspace it is in. */
const variable = 'REPRISE_STEPS';

interface Told {
  readonly root: AbsolutePath;
  readonly steps: readonly Claimant[];
}

/** The steps that this run is inside, the innermost last; those of another workspace are of no interest here. */
export function stepsAround(env: Environment, root: AbsolutePath): readonly Claimant[] {
  const told = parse(env[variable]);
  return told?.root === root ? told.steps : [];
}

/** For the environment of a step of this run. */
export function stepsWithin(env: Environment, root: AbsolutePath, { owner, task, index }: Claimant): Readonly<Record<string, string>> {
  const told: Told = { root, steps: [...stepsAround(env, root), { owner, task, index }] };
  return { [variable]: JSON.stringify(told) };
}

/** What others may have put there is no fault of the run. */
function parse(text: string | undefined): Told | undefined {
  try {
    const told: unknown = JSON.parse(text ?? 'null');
    return isTold(told) ? told : undefined;
  } catch {
    return undefined;
  }
}

function isTold(told: unknown): told is Told {
  if (typeof told !== 'object' || told === null || !('root' in told) || !('steps' in told) || !Array.isArray(told.steps)) return false;
  return told.steps.every((step: Partial<Claimant> | null) => {
    return typeof step?.owner === 'string' && typeof step.task === 'string' && typeof step.index === 'number';
  });
}
