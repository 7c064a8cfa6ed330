import { conflict, failure, notFound } from './answers.js';
import { memberSpecificKeys, networkTypes } from './drivers.js';
import type { Config, NetworkType } from './drivers.js';
import { ovnUnreachable } from './members.js';
import type { Member } from './members.js';
import type { State } from './state.js';

/*
 * The record of a network: rows of networks, networks_nodes and networks_config
 * (internal/server/db/networks.go, 6.0.4).
 */

/** Numbers of `networks.state` and `networks_nodes.state`. */
export const pending = 0;
export const created = 1;
export const errored = 2;

export type Status = 'Pending' | 'Created' | 'Errored' | 'Unknown';
const statuses: Status[] = ['Pending', 'Created', 'Errored'];

export interface NetworkRecord {
  id: number;
  project: string;
  name: string;
  description: string;
  type: NetworkType;
  status: Status;
  /** As one member sees it: the global keys and its own. */
  config: Config;
  /** Members on which it is defined. */
  definitions: { memberId: number; member: string; status: Status }[];
}

/** The record as `member` sees it, in any state, without loading a driver; null when absent. */
export function findRecord(state: State, project: string, name: string, member: Member): NetworkRecord | null {
  const row = state.db.row(
    'SELECT networks.* FROM networks JOIN projects ON projects.id = project_id WHERE projects.name = ? AND networks.name = ?',
    [project, name],
  );
  if (row == null) return null;

  const id = Number(row.id);
  const config = state.db.rows(
    'SELECT key, value FROM networks_config WHERE network_id = ? AND (node_id = ? OR node_id IS NULL) ORDER BY key',
    [id, member.id],
  );
  const definitions = state.db.rows(
    'SELECT nodes.id, nodes.name, networks_nodes.state FROM networks_nodes JOIN nodes ON nodes.id = node_id WHERE network_id = ? ORDER BY nodes.id',
    [id],
  );
  return {
    id,
    project,
    name,
    description: String(row.description),
    type: networkTypes[Number(row.type)] ?? 'bridge',
    status: statusOf(row.state),
    config: Object.fromEntries(config.map(({ key, value }) => [String(key), String(value)])),
    definitions: definitions.map((row) => ({
      memberId: Number(row.id),
      member: String(row.name),
      status: statusOf(row.state),
    })),
  };
}

const statusOf = (state: unknown): Status => statuses[Number(state)] ?? 'Unknown';

/**
 * What the server does before it can show, delete or create anything: read the record, start the driver. An ovn
 * network cannot be loaded on a member that does not reach OVN (internal/server/network/network_load.go, 6.0.4).
 */
export function loadNetwork(state: State, project: string, name: string, member: Member): NetworkRecord {
  const record = findRecord(state, project, name, member);
  if (record == null) throw notFound('Network not found');

  const unreachable = record.type === 'ovn' ? ovnUnreachable(member) : null;
  if (unreachable != null) throw unreachable;
  return record;
}

export function localStatus(record: NetworkRecord, member: Member): Status {
  return record.definitions.find(({ memberId }) => memberId === member.id)?.status ?? 'Unknown';
}

export function networkNames(state: State, project: string): string[] {
  return state.db
    .rows(
      'SELECT networks.name FROM networks JOIN projects ON projects.id = project_id WHERE projects.name = ? ORDER BY networks.id',
      [project],
    )
    .map((row) => String(row.name));
}

const projectId = (state: State, project: string) =>
  Number(state.db.row('SELECT id FROM projects WHERE name = ?', [project])?.id);

/** Defines a network on one member; the record itself comes into being with the first of them. */
export function insertPending(
  state: State,
  member: string,
  network: { project: string; name: string; description: string; type: NetworkType },
  config: Config,
): void {
  const type = networkTypes.indexOf(network.type);
  const known = findRecord(state, network.project, network.name, state.self);
  if (known != null && known.status !== 'Pending') throw failure('Network is not in pending state');
  if (known != null && known.type !== network.type)
    throw failure(`Requested network type doesn't match type in existing database record`);

  const id =
    known?.id ??
    state.db.insert('INSERT INTO networks (project_id, name, type, description) VALUES (?, ?, ?, ?)', [
      projectId(state, network.project),
      network.name,
      type,
      network.description,
    ]);

  const target = state.members.find(({ name }) => name === member);
  if (target == null) throw notFound('Cluster member not found');
  if (known?.definitions.some(({ memberId }) => memberId === target.id)) throw alreadyDefined;

  state.db.run('INSERT INTO networks_nodes (network_id, node_id, state) VALUES (?, ?, ?)', [id, target.id, pending]);
  insertConfig(state, id, target.id, config);
}

/** Thrown by insertPending for a member that has the network already. */
export const alreadyDefined = conflict('Already defined');

/** The record of a standalone server: Created at once, its one definition Pending. */
export function insertCreated(
  state: State,
  network: { project: string; name: string; description: string; type: NetworkType },
  config: Config,
): void {
  const id = state.db.insert(
    'INSERT INTO networks (project_id, name, description, state, type) VALUES (?, ?, ?, ?, ?)',
    [projectId(state, network.project), network.name, network.description, created, networkTypes.indexOf(network.type)],
  );
  state.db.run('INSERT INTO networks_nodes (network_id, node_id, state) VALUES (?, ?, ?)', [
    id,
    state.self.id,
    pending,
  ]);
  insertConfig(state, id, state.self.id, config);
}

export function insertConfig(state: State, id: number, memberId: number, config: Config): void {
  for (const [key, value] of Object.entries(config)) {
    if (value === '') continue;
    const owner = memberSpecificKeys.includes(key) ? memberId : null;
    state.db.run('INSERT INTO networks_config (network_id, node_id, key, value) VALUES (?, ?, ?, ?)', [
      id,
      owner,
      key,
      value,
    ]);
  }
}

/** Replaces the global keys and those of one member. */
export function updateRecord(
  state: State,
  record: NetworkRecord,
  member: Member,
  description: string,
  config: Config,
): void {
  state.db.run('UPDATE networks SET description = ? WHERE id = ?', [description, record.id]);
  state.db.run('DELETE FROM networks_config WHERE network_id = ? AND (node_id = ? OR node_id IS NULL)', [
    record.id,
    member.id,
  ]);
  insertConfig(state, record.id, member.id, config);
}

export function setStatus(state: State, project: string, name: string, status: number): void {
  const changed = state.db.run('UPDATE networks SET state = ? WHERE project_id = ? AND name = ?', [
    status,
    projectId(state, project),
    name,
  ]);
  if (changed !== 1) throw notFound('Network not found');
}

export function setCreatedOnMember(state: State, record: NetworkRecord, member: Member): void {
  const changed = state.db.run('UPDATE networks_nodes SET state = ? WHERE network_id = ? AND node_id = ?', [
    created,
    record.id,
    member.id,
  ]);
  if (changed !== 1) throw notFound('Network not found');
}

export function deleteRecord(state: State, project: string, name: string): void {
  if (findRecord(state, project, name, state.self) == null) throw notFound('Network not found');
  state.db.run('DELETE FROM networks WHERE project_id = ? AND name = ?', [projectId(state, project), name]);
}

/** Members without a definition, for the error that names them; all of them once the record is not Pending. */
export function undefinedMembers(state: State, record: NetworkRecord): string[] {
  const defined = record.status === 'Pending' ? record.definitions.map(({ member }) => member) : [];
  return state.members.map(({ name }) => name).filter((name) => !defined.includes(name));
}
