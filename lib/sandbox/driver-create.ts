import { failure } from './answers.js';
import { isTrue, validateConfig } from './drivers.js';
import type { Config } from './drivers.js';
import { ovsUnreachable } from './members.js';
import type { Member } from './members.js';
import { requireProject, splitList } from './projects.js';
import type { Project } from './projects.js';
import { findRecord, localStatus, setCreatedOnMember, updateRecord } from './records.js';
import type { NetworkRecord } from './records.js';
import { before, onContext } from './state.js';
import type { Call, State } from './state.js';

/*
 * What a network does to one member's machine (doNetworksCreate in cmd/incusd/networks.go and the drivers in
 * internal/server/network/, 6.0.4).
 */

/** Creates the network on one member: every check of the driver, its interface, and the member's state. */
export async function createOnMember(state: State, call: Call, record: NetworkRecord, member: Member): Promise<void> {
  validateConfig(record.type, record.name, record.config);
  requireNamed(state, record);
  if (record.type === 'ovn') chooseUplink(state, record);
  if (localStatus(record, member) === 'Created') return;

  await before(state, 'create-interface', member.name);
  if (record.type === 'bridge') addBridge(record, member);
  else if (record.type === 'ovn') setUpOvn(state, record, member);
  else requireParent(state, record, member);

  try {
    await before(state, 'mark-member-created', member.name);
    onContext(state, call, () => setCreatedOnMember(state, record, member));
  } catch (error) {
    deleteOnMember(record, member);
    throw error;
  }
}

/** Zones and ACLs that the configuration names must be there (validateZoneNames in driver_common.go, acl.Exists). */
function requireNamed(state: State, record: NetworkRecord): void {
  const named = (key: string) => splitList(record.config[key] ?? '').filter((name) => name !== '');
  for (const key of ['dns.zone.forward', 'dns.zone.reverse.ipv4', 'dns.zone.reverse.ipv6']) {
    const missing = named(key).find(
      (zone) => state.db.row('SELECT id FROM networks_zones WHERE name = ?', [zone]) == null,
    );
    if (missing != null) throw failure(`Invalid "${key}", network zone "${missing}" not found`);
  }
  const acl = named('security.acls').find(
    (name) =>
      state.db.row(
        'SELECT networks_acls.id FROM networks_acls JOIN projects ON projects.id = project_id WHERE projects.name = ? AND networks_acls.name = ?',
        [record.project, name],
      ) == null,
  );
  if (acl != null) throw failure(`Network ACL "${acl}" does not exist`);
}

/**
 * Takes the network off one member. The server does not ask whose interface of that name it is, and it comes here for
 * a member without a definition, whose status is Unknown, too: an interface that was there before is then removed.
 */
export function deleteOnMember(record: NetworkRecord, member: Member): void {
  if (record.type === 'bridge') member.interfaces.delete(record.name);
}

function addBridge(record: NetworkRecord, member: Member): void {
  if (member.interfaces.has(record.name)) throw failure(`Network interface "${record.name}" already exists`);

  const onOvs = record.config['bridge.driver'] === 'openvswitch';
  if (onOvs && member.ovs === 'none') throw failure(`Couldn't connect to OpenVSwitch: ${ovsUnreachable().message}`);
  member.interfaces.set(record.name, onOvs ? 'ovs-bridge' : 'bridge');
}

function requireParent(state: State, record: NetworkRecord, member: Member): void {
  const parent = record.config.parent ?? '';
  if (record.type === 'physical' && member === state.self && parentInUse(state, record, parent)) {
    throw failure(`Parent interface "${parent}" in use by another network`);
  }
  if (!member.interfaces.has(parent)) throw failure(`Parent interface "${parent}" not found`);
}

function parentInUse(state: State, record: NetworkRecord, parent: string): boolean {
  const others = state.db.rows(
    `SELECT networks.id FROM networks JOIN networks_config ON network_id = networks.id
     WHERE networks.id <> ? AND networks.state = 1 AND key = 'parent' AND value = ? AND node_id = ?`,
    [record.id, parent, state.self.id],
  );
  return others.length > 0;
}

/** Logical switches are made once, by the member that serves the request; what was chosen is kept in the record. */
function setUpOvn(state: State, record: NetworkRecord, member: Member): void {
  if (member !== state.self) return;

  const uplink = chooseUplink(state, record);
  const added: Config = { 'bridge.mtu': record.config['bridge.mtu'] ?? '1442', network: uplink };
  const address = uplink === 'none' ? null : uplinkAddress(state, uplink);
  if (address != null) added['volatile.network.ipv4.address'] = address;
  state.db.transaction(() => updateRecord(state, record, member, record.description, { ...record.config, ...added }));
}

/** Given, or the only one that is allowed (validateUplinkNetwork in driver_ovn.go, 6.0.4). */
function chooseUplink(state: State, record: NetworkRecord): string {
  const wanted = record.config.network ?? '';
  if (wanted === 'none') return wanted;

  const allowed = allowedUplinks(state, requireProject(state, record.project));
  if (wanted !== '') {
    if (allowed.includes(wanted)) return wanted;
    throw failure(`Option "network" value "${wanted}" is not one of the allowed uplink networks in project`);
  }
  const [only, ...more] = allowed;
  if (only == null) throw failure('No allowed uplink networks in project');
  if (more.length > 0) throw failure('Option "network" is required');
  return only;
}

function allowedUplinks(state: State, project: Project): string[] {
  const candidates = state.db
    .rows(
      `SELECT networks.name FROM networks JOIN projects ON projects.id = project_id WHERE projects.name = 'default' AND state = 1 AND type IN (0, 4)`,
    )
    .map((row) => String(row.name));
  if (!isTrue(project.config.restricted)) return candidates;
  return splitList(project.config['restricted.networks.uplinks'] ?? '').filter((name) => candidates.includes(name));
}

/** The first address of the uplink's OVN ranges; null on an uplink with IPv6 only (allocateUplinkPortIPs in driver_ovn.go, 6.0.4). */
function uplinkAddress(state: State, uplink: string): string | null {
  const config = findRecord(state, 'default', uplink, state.self)?.config ?? {};
  const has = (family: string) =>
    [config[`${family}.address`], config[`${family}.gateway`]].some((value) => value != null && value !== 'none');
  const refusal = (cause: string) => failure(`Failed allocating uplink port IPs on network "${uplink}": ${cause}`);
  if (!has('ipv4') && !has('ipv6')) throw refusal(`Uplink network doesn't have IPv4 or IPv6 configured`);
  if (!has('ipv4')) return null;

  const first = config['ipv4.ovn.ranges']?.split('-')[0];
  if (!first) throw refusal('Missing required "ipv4.ovn.ranges" config key on uplink network');
  return first;
}
