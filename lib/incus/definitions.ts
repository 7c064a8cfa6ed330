import type { NetworkRow } from './rows.js';
import { rowStates } from './rows.js';
import type { IncusServer } from './server.js';
import { execute, literal, select } from './sql.js';

/*
 * One member's definition of a network that is still Pending: a row of networks_nodes and the keys of that
 * member. The API has no request that takes a single definition back: DELETE has no target.
 */

/** Removes one definition, and only while nobody has begun to create the network; false where that is not so any more. */
export async function deleteDefinition(server: IncusServer, row: NetworkRow, nodeId: number): Promise<boolean> {
  const isPending =
    `EXISTS (SELECT 1 FROM networks WHERE id = ${row.id} AND project_id = ${row.projectId} AND name = ${literal(row.name)} AND state = ${rowStates.pending}) ` +
    `AND NOT EXISTS (SELECT 1 FROM networks_config WHERE network_id = ${row.id} AND node_id IS NULL)`;
  const definition = `network_id = ${row.id} AND node_id = ${nodeId}`;

  // The keys first: keys without their definition would be in the way of the next one, and nobody could see them.
  await execute(server, `DELETE FROM networks_config WHERE ${definition} AND ${isPending}`);
  return (await execute(server, `DELETE FROM networks_nodes WHERE ${definition} AND state = ${rowStates.pending} AND ${isPending}`)) > 0;
}

/** SQL that puts the definition back. */
export async function definitionBackup(server: IncusServer, { id, members }: NetworkRow, nodeId: number): Promise<string> {
  const config = await select(server, `SELECT key, value FROM networks_config WHERE network_id = ${id} AND node_id = ${nodeId} ORDER BY id`);
  const state = members.find((member) => member.nodeId === nodeId)?.state ?? rowStates.pending;
  return [
    `INSERT INTO networks_nodes (network_id, node_id, state) VALUES (${id}, ${nodeId}, ${state});`,
    ...config.map(
      ([key = null, value = null]) => `INSERT INTO networks_config (network_id, node_id, key, value) VALUES (${id}, ${nodeId}, ${literal(key)}, ${literal(value)});`,
    ),
    '',
  ].join('\n');
}
