import { canonicalText, type Digest, type Hasher } from '../base/digest.ts';
import type { CacheKeyParts } from '../plan/cache-key.ts';
import type { Change, MissReason } from './miss-reason.ts';

export function cacheKey(parts: CacheKeyParts, hasher: Hasher): Digest {
  return hasher.ofText(canonicalText(parts));
}

/** Which parts of a step's key differ from those of its last run, the most telling first. */
export function keyDifferences(was: CacheKeyParts, now: CacheKeyParts): MissReason[] {
  const differs = (part: keyof CacheKeyParts) => canonicalText(was[part]) !== canonicalText(now[part]);
  const reasons: MissReason[] = [];
  if (differs('platform') || differs('architecture')) reasons.push({ code: 'platform-changed' });
  if (differs('program')) reasons.push({ code: 'program-changed' });
  if (differs('args')) reasons.push({ code: 'args-changed' });
  if (differs('cwd')) reasons.push({ code: 'working-directory-changed' });
  reasons.push(...envDifferences({ ...was.env, ...was.envPrefix }, { ...now.env, ...now.envPrefix }));
  if (differs('untrackedEnv')) reasons.push({ code: 'untracked-env-changed' });
  if (differs('input')) reasons.push({ code: 'input-config-changed' });
  if (differs('output')) reasons.push({ code: 'output-config-changed' });
  return reasons;
}

function envDifferences(was: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): MissReason[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])];
  return names
    .filter((name) => was[name] !== now[name])
    .map((name): MissReason => ({ code: 'env-changed', name, change: changeOf(was[name], now[name]) }));
}

function changeOf(was: string | undefined, now: string | undefined): Change {
  if (was === undefined) return 'added';
  return now === undefined ? 'removed' : 'modified';
}
