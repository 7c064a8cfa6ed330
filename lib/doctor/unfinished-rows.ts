import * as z from '../zod.js';
import type { NetworkRow } from '../incus/rows.js';
import { rowStates } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import { select } from '../incus/sql.js';

/** A row that is not Created everywhere, and the project that it belongs to. */
export type UnfinishedRow = NetworkRow & { project: string };

const Joined = z.tuple([
  z.string(),
  z.int(),
  z.int(),
  z.string(),
  z.string(),
  z.int(),
  z.int(),
  z.nullable(z.int()),
  z.nullable(z.string()),
  z.nullable(z.int()),
]);

const isUnfinished =
  `n.state != ${rowStates.created} OR EXISTS (SELECT 1 FROM networks_nodes u WHERE u.network_id = n.id AND u.state != ${rowStates.created}) ` +
  'OR NOT EXISTS (SELECT 1 FROM networks_nodes u WHERE u.network_id = n.id)';

/** Every row that is not Created, or not so on every member, in one query. Throws where the connection may not use `/internal/sql`. */
export async function readUnfinishedRows(server: IncusServer): Promise<UnfinishedRow[]> {
  const joined = await select(
    server,
    'SELECT p.name, n.id, n.project_id, n.name, n.description, n.state, n.type, m.node_id, nodes.name, m.state FROM networks n ' +
      'JOIN projects p ON p.id = n.project_id LEFT JOIN networks_nodes m ON m.network_id = n.id LEFT JOIN nodes ON nodes.id = m.node_id ' +
      `WHERE ${isUnfinished} ORDER BY n.id, m.node_id`,
  );

  const rows = new Map<number, UnfinishedRow>();
  for (const one of joined) {
    const [project, id, projectId, name, description, state, type, nodeId, member, memberState] = Joined.parse(one);
    const row = rows.get(id) ?? { project, id, projectId, name, description, state, type, members: [] };
    rows.set(id, row);
    if (nodeId !== null && member !== null && memberState !== null) row.members.push({ nodeId, member, state: memberState });
  }
  return [...rows.values()];
}
