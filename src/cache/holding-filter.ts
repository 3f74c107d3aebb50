import type { Holding } from './store-records.ts';

/** Which entries are meant; what is left out means all. */
export interface HoldingFilter {
  /** A package's name, its name without the scope, or its directory. */
  readonly packageName: string | undefined;
  readonly task: string | undefined;
}

export function isMeant(holding: Holding, { packageName, task }: HoldingFilter): boolean {
  const isPackage = packageName === undefined || packageNamesOf(holding).includes(packageName);
  return isPackage && (task === undefined || taskNameOf(holding) === task);
}

/** As people may call the package whose entry it is. */
export function packageNamesOf({ task, label }: Pick<Holding, 'task' | 'label'>): string[] {
  const directory = task.slice(0, task.indexOf('#'));
  const owner = label.includes('#') ? label.slice(0, label.indexOf('#')) : '';
  const unscoped = owner.startsWith('@') ? owner.slice(owner.indexOf('/') + 1) : owner;
  return [...new Set([owner, unscoped, directory === '' ? '.' : directory])].filter((name) => name !== '');
}

export function taskNameOf({ task }: Pick<Holding, 'task'>): string {
  return task.slice(task.indexOf('#') + 1);
}
