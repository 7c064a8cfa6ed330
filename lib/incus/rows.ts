import * as z from '../zod.js';
import type { NetworkKey } from './networks.js';
import type { IncusServer } from './server.js';
import { execute, literal, select } from './sql.js';

/** States of `networks.state` and `networks_nodes.state` (internal/server/db/networks.go, 6.0.4 to 7.3). */
export const rowStates = { pending: 0, created: 1, errored: 2 } as const;

/** Codes of `networks.type` (internal/server/db/networks.go, 6.0.4). */
export const rowTypes = ['bridge', 'macvlan', 'sriov', 'ovn', 'physical'] as const;

/** The database's record of one network, as far as taking it back safely needs it. */
export const NetworkRow = z.object({
  id: z.int(),
  projectId: z.int(),
  name: z.string(),
  description: z.string(),
  state: z.int(),
  type: z.int(),
  members: z.array(z.object({ nodeId: z.int(), member: z.string(), state: z.int() })),
});
export type NetworkRow = z.infer<typeof NetworkRow>;

const RawRow = z.tuple([z.int(), z.int(), z.string(), z.string(), z.int(), z.int()]);
const RawMember = z.tuple([z.int(), z.string(), z.int()]);

/**
 * The config of a network that is Created on the whole and on every member; null where it is not. `GET` says the same and
 * who uses the network, which beside 1,000 others takes the server 200 ms (UsedBy reads all of them, 6.0.4).
 */
export async function readCreated(server: IncusServer, { project, network }: NetworkKey): Promise<Record<string, string> | null> {
  const rows = await select(
    server,
    `SELECT c.key, c.value FROM networks n JOIN projects p ON p.id = n.project_id LEFT JOIN networks_config c ON c.network_id = n.id AND c.node_id IS NULL
     WHERE p.name = ${literal(project)} AND n.name = ${literal(network)} AND n.state = ${rowStates.created}
     AND EXISTS (SELECT 1 FROM networks_nodes m WHERE m.network_id = n.id)
     AND NOT EXISTS (SELECT 1 FROM networks_nodes m WHERE m.network_id = n.id AND m.state <> ${rowStates.created})`.replace(/\s+/g, ' '),
  );
  if (rows.length === 0) return null;
  return Object.fromEntries(rows.flatMap(([key, value]) => (typeof key === 'string' ? [[key, String(value ?? '')]] : [])));
}

/** The row of a network, or null. Throws where the connection may not use `/internal/sql`. */
export async function readRow(server: IncusServer, { project, network }: NetworkKey): Promise<NetworkRow | null> {
  const [raw] = await select(
    server,
    `SELECT n.id, n.project_id, n.name, IFNULL(n.description, ''), n.state, n.type FROM networks n JOIN projects p ON p.id = n.project_id
     WHERE p.name = ${literal(project)} AND n.name = ${literal(network)}`.replace(/\s+/g, ' '),
  );
  if (raw === undefined) return null;

  const [id, projectId, name, description, state, type] = RawRow.parse(raw);
  const members = await select(
    server,
    `SELECT m.node_id, nodes.name, m.state FROM networks_nodes m JOIN nodes ON nodes.id = m.node_id WHERE m.network_id = ${id} ORDER BY m.node_id`,
  );
  return {
    id,
    projectId,
    name,
    description,
    state,
    type,
    members: members.map((member) => {
      const [nodeId, memberName, memberState] = RawMember.parse(member);
      return { nodeId, member: memberName, state: memberState };
    }),
  };
}

/**
 * The one statement that removes a row, and only while everything about it is as it was read: its identity,
 * its state and its members' states; and while no member has it Created and nothing uses it. The rows that
 * hang on it go with it (ON DELETE CASCADE).
 */
export function guardedDelete(row: NetworkRow): string {
  const memberStates = row.members.map(({ nodeId, state }) => `${nodeId}:${state}`).join(',');
  const usedByDevice = (kind: 'instance' | 'profile'): string =>
    `NOT EXISTS (SELECT 1 FROM ${kind}s_devices_config c JOIN ${kind}s_devices d ON d.id = c.${kind}_device_id JOIN ${kind}s o ON o.id = d.${kind}_id ` +
    `WHERE o.project_id = ${row.projectId} AND c.key IN ('network', 'parent') AND c.value = ${literal(row.name)})`;

  return [
    `DELETE FROM networks WHERE id = ${row.id} AND project_id = ${row.projectId} AND name = ${literal(row.name)}`,
    `type = ${row.type} AND state = ${row.state}`,
    `NOT EXISTS (SELECT 1 FROM networks_nodes WHERE network_id = ${row.id} AND state = ${rowStates.created})`,
    `IFNULL((SELECT GROUP_CONCAT(node_id || ':' || state) FROM (SELECT node_id, state FROM networks_nodes WHERE network_id = ${row.id} ORDER BY node_id)), '') = ${literal(memberStates)}`,
    usedByDevice('instance'),
    usedByDevice('profile'),
    ...['forwards', 'load_balancers', 'peers'].map((kind) => `NOT EXISTS (SELECT 1 FROM networks_${kind} WHERE network_id = ${row.id})`),
    `NOT EXISTS (SELECT 1 FROM networks_peers WHERE target_network_id = ${row.id})`,
  ].join(' AND ');
}

/** Removes the row with `guardedDelete`; false where it was no longer as read. */
export async function deleteRow(server: IncusServer, row: NetworkRow): Promise<boolean> {
  return (await execute(server, guardedDelete(row))) > 0;
}

/** SQL that puts the row back, with all that goes with it; for `incus admin sql global - < file`. */
export async function backupOf(server: IncusServer, row: NetworkRow): Promise<string> {
  const insert = (table: string, columns: Record<string, string | number | null>): string =>
    `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) VALUES (${Object.values(columns).map(literal).join(', ')});`;
  const config = await select(server, `SELECT node_id, key, value FROM networks_config WHERE network_id = ${row.id} ORDER BY id`);

  return [
    insert('networks', {
      id: row.id,
      project_id: row.projectId,
      name: row.name,
      description: row.description,
      state: row.state,
      type: row.type,
    }),
    ...row.members.map(({ nodeId, state }) => insert('networks_nodes', { network_id: row.id, node_id: nodeId, state })),
    ...config.map(([nodeId = null, key = null, value = null]) =>
      insert('networks_config', { network_id: row.id, node_id: nodeId, key, value }),
    ),
    '',
  ].join('\n');
}
