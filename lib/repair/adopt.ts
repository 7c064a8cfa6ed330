import type { NetworkRow } from '../incus/rows.js';
import { rowStates } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import { execute, literal } from '../incus/sql.js';

/**
 * The one statement that makes the member's row say what its network's row says, Created, and only while both are
 * as they were read. DELETE then takes the interface down as well.
 */
export function guardedAdoption(row: NetworkRow): string {
  return [
    `UPDATE networks_nodes SET state = ${rowStates.created} WHERE network_id = ${row.id} AND state = ${rowStates.pending}`,
    `(SELECT COUNT(*) FROM networks_nodes WHERE network_id = ${row.id}) = 1`,
    `EXISTS (SELECT 1 FROM networks WHERE id = ${row.id} AND project_id = ${row.projectId} AND name = ${literal(row.name)} AND type = ${row.type} AND state = ${rowStates.created})`,
  ].join(' AND ');
}

/** False where the rows were no longer as read. */
export async function adopt(row: NetworkRow, server: IncusServer): Promise<boolean> {
  return (await execute(server, guardedAdoption(row))) > 0;
}
