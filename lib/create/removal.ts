import { ServerError, causeText } from '../errors.js';
import { hasTimedOut } from '../incus/failures.js';
import type { NetworkKey } from '../incus/networks.js';
import { deleteNetwork } from '../incus/networks.js';
import { backupOf, deleteRow, readRow } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalStore } from '../journal/store.js';
import { obstacles, steps as says } from '../words/rollbacks.js';
import { bystanders } from './bystanders.js';
import type { Observed } from './observe.js';
import { observe } from './observe.js';

/** A record that is to go, and what its removal works with. */
export interface Removing {
  key: NetworkKey;
  server: IncusServer;
  journal: JournalStore;
  /** File name of the row's backup. */
  backupName: string;
  /** Seconds to wait for the answer to DELETE. */
  wait: number;
  /** What was done, in words; added to. */
  steps: string[];
}

/** What stood in the way of a removal. */
export interface Obstacle {
  /**
   * `still-open`: DELETE was not answered in time, and may still be carried out. `bystanders`: DELETE would take what is
   * not the network's, and the database cannot be reached. `runs-unnoticed`: DELETE would leave the interface, and the
   * row cannot be set right.
   */
  kind: 'failed' | 'still-open' | 'bystanders' | 'runs-unnoticed';
  text: string;
}

/** Removes a loadable record through the API; resolves to what stood in the way, or null. */
export async function removeRecord(removing: Removing): Promise<Obstacle | null> {
  const { key, server, steps } = removing;
  try {
    const foreign = await bystanders(server, key);
    if (foreign.length > 0) return await removeAround(foreign, removing);

    const late = await deleteInTime(removing);
    steps.push(late === null ? says.deleted(key.network, key.project) : says.deleteFailed(late.text));
    return late;
  } catch (error) {
    steps.push(says.deleteFailed(causeText(error)));
    const observed = error instanceof ServerError ? await observe(server, key) : null;
    return observed?.kind === 'hidden' ? removeRow(observed, removing) : { kind: 'failed', text: causeText(error) };
  }
}

/** Seconds to wait for DELETE where the command line has no --wait: its default. */
export const USUAL_WAIT = 300;

async function deleteInTime({ key, server, wait }: Removing): Promise<Obstacle | null> {
  try {
    await deleteNetwork(server, key, { timeout: wait * 1000 });
    return null;
  } catch (error) {
    if (!hasTimedOut(error)) throw error;
    return { kind: 'still-open', text: obstacles.notAnswered(wait) };
  }
}

/** Removes the row alone, because DELETE would take interfaces with it that are not the network's. */
async function removeAround(foreign: string[], removing: Removing): Promise<Obstacle | null> {
  const { key, server, steps } = removing;
  steps.push(says.notDeleted(key.network, foreign));
  try {
    const row = await readRow(server, key);
    return row === null ? { kind: 'failed', text: obstacles.changed } : await removeRow({ row, whyNoRow: '' }, removing);
  } catch (error) {
    return { kind: 'bystanders', text: obstacles.bystanders(foreign, causeText(error)) };
  }
}

/** Removes the row of a record that the server cannot load, after a backup; resolves to what stood in the way, or null. */
export async function removeRow(
  { row, whyNoRow }: Pick<Extract<Observed, { kind: 'hidden' }>, 'row' | 'whyNoRow'>,
  { key, server, journal, backupName, steps }: Removing,
): Promise<Obstacle | null> {
  if (row === null) {
    steps.push(says.noDatabase(whyNoRow));
    return { kind: 'failed', text: whyNoRow };
  }
  try {
    const file = await journal.backup(backupName, await backupOf(server, row));
    steps.push(says.rowBackedUp(file));
    const isDeleted = await deleteRow(server, row);
    steps.push(isDeleted ? says.rowDeleted(row.id, key.network) : says.rowChanged);
    return isDeleted ? null : { kind: 'failed', text: obstacles.changed };
  } catch (error) {
    steps.push(says.rowFailed(causeText(error)));
    return { kind: 'failed', text: causeText(error) };
  }
}
