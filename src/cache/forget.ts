import { existsSync } from 'node:fs';
import { removeIfPossible } from '../base/files.ts';
import { ledgerIn, statIndexIn, type CachePlaces } from './cache-places.ts';
import { isFault, type CacheFault } from './fault.ts';
import { Lease } from './lease.ts';

/**
 * Forgets what this checkout remembers besides its store: which step wrote which path, and what files hold. Afterwards
 * nothing is own to a step: nothing is removed by a restore, and what a step finds is taken for somebody's work. A run
 * that goes on meanwhile writes down again what it knows.
 */
export async function forgetCheckout(places: CachePlaces): Promise<CacheFault | undefined> {
  removeIfPossible(statIndexIn(places));
  const place = ledgerIn(places);
  if (!existsSync(place)) return undefined;
  const ledger = new Lease(place);
  try {
    const done = await ledger.use((database) => database.clear());
    return isFault(done) ? done : undefined;
  } finally {
    await ledger.close();
  }
}
