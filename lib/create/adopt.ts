import { causeText } from '../errors.js';
import { readInterface } from '../incus/networks.js';
import type { NetworkRow } from '../incus/rows.js';
import { backupOf, rowStates } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import { execute, literal } from '../incus/sql.js';
import type { JournalEntry } from '../journal/schema.js';
import { obstacles, steps as says } from '../words/rollbacks.js';
import { makerOf } from './maker.js';
import type { Observed } from './observe.js';
import type { Obstacle, Removing } from './removal.js';
import { removeRecord } from './removal.js';

/*
 * A network that runs though its row says Pending, on a server that is not clustered: Incus was killed, or failed,
 * while it took the create back. DELETE passes over what is Pending: it would remove the record and leave the
 * interface (networkDelete, 6.0.4). With the row set right first, it takes both.
 */

/** Whether the record of this transaction is such a network, and the interface provably its own. */
export async function runsUnnoticed({ server: { members }, before, network }: JournalEntry, observed: Observed, server: IncusServer): Promise<boolean> {
  const isPending = observed.kind === 'record' && observed.type === 'bridge' && observed.status === 'Pending';
  if (!isPending || members?.length !== 0 || before.interfaces.length > 0) return false;

  const found = await readInterface(server, network, undefined);
  return found !== null && makerOf(found, observed.config) === 'incus';
}

/** Removes such a network with its interface, after a backup; resolves to what stood in the way, or null. */
export async function adoptAndRemove(row: NetworkRow, removing: Removing): Promise<Obstacle | null> {
  const { server, journal, backupName, steps } = removing;
  try {
    steps.push(says.rowBackedUp(await journal.backup(backupName, await backupOf(server, row))));
    if ((await execute(server, guardedAdoption(row))) === 0) {
      steps.push(says.rowNotAdopted);
      return { kind: 'failed', text: obstacles.changed };
    }
    steps.push(says.rowAdopted);
  } catch (error) {
    steps.push(says.adoptionFailed(causeText(error)));
    return { kind: 'failed', text: causeText(error) };
  }
  return removeRecord(removing);
}

/** The one statement that sets the member's row to Created, and only while all of the record is as it was read. */
export function guardedAdoption(row: NetworkRow): string {
  return [
    `UPDATE networks_nodes SET state = ${rowStates.created} WHERE network_id = ${row.id} AND state = ${rowStates.pending}`,
    `(SELECT COUNT(*) FROM networks_nodes WHERE network_id = ${row.id}) = 1`,
    `EXISTS (SELECT 1 FROM networks WHERE id = ${row.id} AND project_id = ${row.projectId} AND name = ${literal(row.name)} AND type = ${row.type} AND state = ${row.state})`,
  ].join(' AND ');
}
