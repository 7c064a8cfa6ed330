import { makerOf } from '../create/maker.js';
import type { BrokenRecord } from '../doctor/broken-record.js';
import type { Survey } from '../doctor/survey.js';
import { readInterface, readNetwork } from '../incus/networks.js';
import type { NetworkRow } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import { literal, select } from '../incus/sql.js';
import { user } from '../words/repairs.js';
import type { Circumstances } from './treatment.js';

/** Reads what decides how a record can be removed. */
export async function readCircumstances(record: BrokenRecord, { server: info, members }: Survey, server: IncusServer): Promise<Circumstances> {
  const offline = members.kind === 'known' ? members.value.filter(({ status }) => status === 'Offline').map((member) => member.server_name) : [];
  const isHidden = record.status === null;
  const [rowUsers, runsInterface] = await Promise.all([
    isHidden && record.row !== null ? readRowUsers(record.row, server) : [],
    !isHidden && !info.clustered && record.type === 'bridge' ? runsItsInterface(record, server) : false,
  ]);
  return { offline, rowUsers, isClustered: info.clustered, runsInterface };
}

/** Instances and profiles of the row's project with a device on it; what `guardedDelete` looks at. */
async function readRowUsers({ projectId, name }: NetworkRow, server: IncusServer): Promise<string[]> {
  const users = (kind: 'instance' | 'profile'): Promise<unknown[][]> =>
    select(
      server,
      `SELECT DISTINCT o.name FROM ${kind}s_devices_config c JOIN ${kind}s_devices d ON d.id = c.${kind}_device_id JOIN ${kind}s o ON o.id = d.${kind}_id ` +
        `WHERE o.project_id = ${projectId} AND c.key IN ('network', 'parent') AND c.value = ${literal(name)} ORDER BY o.name`,
    );
  const [instances, profiles] = await Promise.all([users('instance'), users('profile')]);
  return [...instances.map(([one]) => user('instance', String(one))), ...profiles.map(([one]) => user('profile', String(one)))];
}

/**
 * Whether an interface runs that Incus made for this record. A server that starts brings up every network whose row is
 * Created, even where the member's own row is still Pending (networkStartup, cmd/incusd/networks.go, 6.0.4).
 */
async function runsItsInterface({ project, network }: BrokenRecord, server: IncusServer): Promise<boolean> {
  try {
    const [record, found] = await Promise.all([readNetwork(server, { project, network }), readInterface(server, network, undefined)]);
    return record !== null && found !== null && makerOf(found, record.config) === 'incus';
  } catch {
    return false;
  }
}
