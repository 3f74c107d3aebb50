/** A service whose log folds. */
export type CiService = 'github' | 'gitlab' | 'azure' | 'buildkite' | 'teamcity';

/** Whose log the output goes into, by the variables that the services document. */
export function ciServiceOf(env: Readonly<Record<string, string | undefined>>): CiService | undefined {
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  if (env['GITLAB_CI'] === 'true') return 'gitlab';
  if (env['TF_BUILD'] === 'True') return 'azure';
  if (env['BUILDKITE'] === 'true') return 'buildkite';
  if (env['TEAMCITY_VERSION']) return 'teamcity';
  return undefined;
}
