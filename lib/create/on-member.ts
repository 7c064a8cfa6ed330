import type { NetworkKey } from '../incus/networks.js';
import { rowStates } from '../incus/rows.js';
import { literal } from '../incus/sql.js';
import { quote } from '../words/shell.js';

const NOWHERE_CREATED = 'NOT EXISTS (SELECT 1 FROM networks_nodes WHERE network_id = networks.id AND state = 1)';

/*
 * For a person with a shell on a member of the cluster, where the connection may not use the database: the guarded
 * removals in the server's own tool.
 */

/** Removes a row; one that is Created somewhere stays. */
export function removalOnMember(key: NetworkKey, guard = NOWHERE_CREATED): string {
  return inDatabase(`DELETE FROM networks WHERE ${named(key)} AND ${guard}`);
}

/** Removes these members' definitions, while nobody has begun to create the network (incus/definitions.ts). */
export function definitionsRemovalOnMember(key: NetworkKey, members: readonly string[]): string {
  const isPending = `state = ${rowStates.pending} AND NOT EXISTS (SELECT 1 FROM networks_config WHERE network_id = networks.id AND node_id IS NULL)`;
  const definitions =
    `network_id = (SELECT id FROM networks WHERE ${named(key)} AND ${isPending}) ` +
    `AND node_id IN (SELECT id FROM nodes WHERE name IN (${members.map(literal).join(', ')}))`;
  return inDatabase(`DELETE FROM networks_config WHERE ${definitions}; DELETE FROM networks_nodes WHERE ${definitions} AND state = ${rowStates.pending}`);
}

/** Sets the one row of a network that runs to Created, and deletes it then (adopt.ts); for a shell on the server itself. */
export function adoptionOnMember(key: NetworkKey): string {
  const statement = `UPDATE networks_nodes SET state = ${rowStates.created} WHERE state = ${rowStates.pending} AND network_id = (SELECT id FROM networks WHERE ${named(key)})`;
  return `${inDatabase(statement)} && ${['incus', 'network', 'delete', key.network, '--project', key.project].map(quote).join(' ')}`;
}

function named({ project, network }: NetworkKey): string {
  return `name = ${literal(network)} AND project_id = (SELECT id FROM projects WHERE name = ${literal(project)})`;
}

function inDatabase(statements: string): string {
  return `incus admin sql global ${quote(statements)}`;
}
