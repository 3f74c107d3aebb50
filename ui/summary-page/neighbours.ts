import type { PageData } from './page-data.ts';

/** For each task that others waited for, which. */
export function dependentsOf({ tasks }: Pick<PageData, 'tasks'>): ReadonlyMap<number, readonly number[]> {
  const dependents = new Map<number, number[]>();
  for (const [index, { dependsOn }] of tasks.entries()) {
    for (const other of dependsOn) {
      const known = dependents.get(other);
      if (known === undefined) dependents.set(other, [index]);
      else known.push(index);
    }
  }
  return dependents;
}
