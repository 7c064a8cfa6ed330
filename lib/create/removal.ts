import { OutcomeUnknownError, ServerError, causeText } from '../errors.js';
import { hasTimedOut } from '../incus/failures.js';
import type { NetworkKey } from '../incus/networks.js';
import { deleteNetwork } from '../incus/networks.js';
import { backupOf, deleteRow, readRow } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalStore } from '../journal/store.js';
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

/** Removes a loadable record through the API; resolves to what stood in the way, or null. */
export async function removeRecord(removing: Removing): Promise<string | null> {
  const { key, server, steps } = removing;
  try {
    const foreign = await bystanders(server, key);
    if (foreign.length > 0) return await removeAround(foreign, removing);

    await deleteInTime(removing);
    steps.push(`deleted network "${key.network}" in project "${key.project}"`);
    return null;
  } catch (error) {
    steps.push(`delete failed: ${causeText(error)}`);
    if (!(error instanceof ServerError)) return causeText(error);

    const observed = await observe(server, key);
    return observed.kind === 'hidden' ? removeRow(observed, removing) : causeText(error);
  }
}

/** Seconds to wait for DELETE where the command line has no --wait: its default. */
export const USUAL_WAIT = 300;

/** What stands in the way where DELETE was not answered in time, and may still be carried out. */
export const STILL_OPEN = 'DELETE was not answered within';

/** What stands in the way where the row cannot be set right, without which DELETE would leave the interface behind. */
export const RUNS_UNNOTICED = 'its interface may run although the server takes it for Pending, and DELETE would leave that behind';

async function deleteInTime({ key, server, wait }: Removing): Promise<void> {
  try {
    await deleteNetwork(server, key, { timeout: wait * 1000 });
  } catch (error) {
    throw hasTimedOut(error) ? new OutcomeUnknownError(`${STILL_OPEN} ${wait} s`, { cause: error }) : error;
  }
}

/** Part of what stands in the way where DELETE must not be sent and the row cannot be removed either. */
export const NO_DATABASE = 'and the database cannot be reached';

/** Removes the row alone, because DELETE would take interfaces with it that are not the network's. */
async function removeAround(foreign: string[], removing: Removing): Promise<string | null> {
  const { key, server, steps } = removing;
  steps.push(`not deleted through the API: that would destroy interface "${key.network}" on ${foreign.join(', ')}, which Incus did not make`);
  try {
    return await removeRow({ row: await readRow(server, key), whyNoRow: 'no row' }, removing);
  } catch (error) {
    return `an interface of that name that Incus did not make stands on ${foreign.join(', ')}, ${NO_DATABASE}: ${causeText(error)}`;
  }
}

/** Removes the row of a record that the server cannot load, after a backup; resolves to what stood in the way, or null. */
export async function removeRow(
  { row, whyNoRow }: Pick<Extract<Observed, { kind: 'hidden' }>, 'row' | 'whyNoRow'>,
  { key, server, journal, backupName, steps }: Removing,
): Promise<string | null> {
  if (row === null) {
    steps.push(`cannot reach the database over this connection: ${whyNoRow}`);
    return whyNoRow;
  }
  try {
    const file = await journal.backup(backupName, await backupOf(server, row));
    steps.push(`backed up the row: ${file}`);
    const isDeleted = await deleteRow(server, row);
    steps.push(isDeleted ? `deleted the row ${row.id} of network "${key.network}"` : 'the row had changed, so it was not deleted');
    return isDeleted ? null : 'the record changed while it was being removed';
  } catch (error) {
    steps.push(`removing the row failed: ${causeText(error)}`);
    return causeText(error);
  }
}
