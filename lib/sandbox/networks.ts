import { ApiError, badRequest, conflict, done, failure, notFound, resourceUrl, wrapped } from './answers.js';
import type { Answer } from './answers.js';
import type { Body } from './body.js';
import { createOnMember, deleteOnMember } from './driver-create.js';
import {
  allowedInProjects,
  definedPerMember,
  fillConfig,
  memberSpecificKeys,
  requireType,
  validateConfig,
  validateName,
} from './drivers.js';
import type { Config, NetworkType } from './drivers.js';
import { connectionRefused, ovsUnreachable } from './members.js';
import type { Member } from './members.js';
import { networkAllowed, networkProject } from './projects.js';
import type { Project } from './projects.js';
import {
  alreadyDefined,
  created,
  deleteRecord,
  errored,
  findRecord,
  insertConfig,
  insertCreated,
  insertPending,
  loadNetwork,
  localStatus,
  networkNames,
  setStatus,
  undefinedMembers,
  updateRecord,
} from './records.js';
import type { NetworkRecord } from './records.js';
import { before, isOffline, onContext } from './state.js';
import type { Call, State } from './state.js';

/*
 * `/1.0/networks` (cmd/incusd/networks.go, 6.0.4).
 */

/** Without recursion the names are listed unread; with it, what cannot be loaded is skipped in silence. */
export function getNetworks(
  state: State,
  projectName: string,
  options: { recursion: boolean; allProjects: boolean },
): Answer {
  const { effective, project } = networkProject(state, projectName);
  const projects = options.allProjects
    ? state.db.rows('SELECT name FROM projects ORDER BY id').map((row) => String(row.name))
    : [effective];

  const found = projects.flatMap((name) => {
    const managed = networkNames(state, name);
    const interfaces = name === 'default' && effective === 'default' ? [...state.self.interfaces.keys()] : [];
    const unmanaged = interfaces.filter((each) => !each.startsWith('veth') && !managed.includes(each));
    return [...managed, ...unmanaged].map((network) => ({ project: name, network }));
  });

  // The names in these links are not escaped.
  if (!options.recursion) {
    return {
      metadata: found
        .filter(({ network }) => networkAllowed(project, network, true))
        .map(({ network }) => `/1.0/networks/${network}`),
    };
  }
  return {
    metadata: found.flatMap((each) => {
      try {
        return [showNetwork(state, state.self, state.clustered, each.project, project, each.network)];
      } catch {
        return [];
      }
    }),
  };
}

/** As the answering member sees it; `everywhere` is the cluster's view, without the keys of one member. */
export function getNetwork(
  state: State,
  member: Member,
  everywhere: boolean,
  projectName: string,
  name: string,
): Answer {
  const { effective, project } = networkProject(state, projectName);
  return { metadata: showNetwork(state, member, everywhere, effective, project, name) };
}

/** The interface of that name on the answering member, a record's or not (networkStateGet, GetNetworkState in internal/server/resources/network.go, 6.0.4). */
export function getNetworkState(state: State, member: Member, projectName: string, name: string): Answer {
  const { effective, project } = networkProject(state, projectName);
  const record = loadIfThere(state, member, effective, name);
  if (!networkAllowed(project, name, record != null)) throw notFound('Network not found');
  const kind = member.interfaces.get(name);
  if (kind == null) throw notFound(`Network interface "${name}" not found`);

  // The bridges of a sandbox are those that its server has made, save Open vSwitch's own.
  const isOwn = kind === 'bridge' || (kind === 'ovs-bridge' && name !== 'br-int');
  const hwaddr = isOwn ? '10:66:6a:00:00:01' : '02:00:00:00:00:01';
  const bridge = kind === 'bridge' ? { id: '8000.10666a000001', stp: false } : null;
  return { metadata: { addresses: [], bridge, counters: {}, hwaddr, mtu: 1500, state: 'up', type: 'broadcast' } };
}

function showNetwork(
  state: State,
  member: Member,
  everywhere: boolean,
  effective: string,
  project: Project,
  name: string,
) {
  if (name.startsWith('veth')) throw notFound('Network not found');

  const record = loadIfThere(state, member, effective, name);
  const interfaceKind = member.interfaces.get(name);
  const visible = record != null || (effective === 'default' && interfaceKind != null);
  if (!visible || !networkAllowed(project, name, record != null)) throw notFound('Network not found');

  const type = record?.type ?? unmanagedType(member, name);
  const config = Object.entries(record?.config ?? {}).filter(
    ([key]) => !everywhere || !memberSpecificKeys.includes(key),
  );
  const status = record == null ? '' : everywhere ? record.status : localStatus(record, member);
  return {
    config: Object.fromEntries(config),
    description: record?.description ?? '',
    name,
    type,
    used_by: type === 'loopback' ? [] : usersOf(state, effective, name),
    managed: record != null,
    status,
    locations: record?.definitions.map((each) => each.member) ?? null,
    project: effective,
  };
}

function loadIfThere(state: State, member: Member, effective: string, name: string): NetworkRecord | null {
  if (findRecord(state, effective, name, member) == null) return null;
  return loading(() => loadNetwork(state, effective, name, member));
}

function loading<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw wrapped('Failed loading network', error);
  }
}

/** Every other kind of interface is looked up in Open vSwitch, so that without it the question itself fails. */
function unmanagedType(member: Member, name: string): string {
  const kind = member.interfaces.get(name);
  if (kind === 'loopback' || kind === 'bridge' || kind === 'physical') return kind;
  if (member.ovs === 'none') throw wrapped('Failed to connect to OVS', ovsUnreachable());
  return kind === 'ovs-bridge' ? 'bridge' : 'unknown';
}

/** Networks on top of it and devices that name it (UsedBy in internal/server/network/network_utils.go, 6.0.4). */
function usersOf(state: State, effective: string, name: string): string[] {
  const dependants =
    effective === 'default'
      ? state.db.rows(
          `SELECT 'networks' AS kind, networks.name AS name, projects.name AS project FROM networks_config
           JOIN networks ON networks.id = network_id JOIN projects ON projects.id = project_id
           WHERE key IN ('network', 'parent') AND value = ? AND state = 1 AND (node_id IS NULL OR node_id = ?)
           AND NOT (networks.name = ? AND projects.name = 'default')`,
          [name, state.self.id, name],
        )
      : [];
  const devices = (['profiles', 'instances'] as const).flatMap((kind) => {
    const one = kind.slice(0, -1);
    return state.db
      .rows(
        `SELECT DISTINCT '${kind}' AS kind, ${kind}.name AS name, projects.name AS project FROM ${kind}
         JOIN projects ON projects.id = project_id JOIN ${kind}_devices ON ${one}_id = ${kind}.id
         JOIN ${kind}_devices_config ON ${one}_device_id = ${kind}_devices.id
         WHERE key IN ('network', 'parent') AND value = ?`,
        [name],
      )
      .filter((row) => networkProject(state, String(row.project)).effective === effective);
  });
  return [...dependants, ...devices].map((row) => resourceUrl(String(row.kind), String(row.name), String(row.project)));
}

/** A `POST /1.0/networks`, with what the server makes of it first. */
interface Create {
  project: string;
  name: string;
  description: string;
  type: NetworkType;
  config: Config;
}

export async function postNetwork(
  state: State,
  call: Call,
  projectName: string,
  target: string,
  read: () => Body,
): Promise<Answer> {
  const { effective, project } = networkProject(state, projectName);
  const create = readCreate(state, effective, project, read());

  if (target !== '') await defineOnMember(state, call, create, target);
  else if (state.clustered || isUnfinished(findRecord(state, effective, create.name, state.self)))
    await createInCluster(state, call, create);
  else await createStandalone(state, call, create);

  await before(state, 'answer');
  return { metadata: null, location: resourceUrl('networks', create.name, effective) };
}

const isUnfinished = (record: NetworkRecord | null) => record != null && record.status !== 'Created';

/** The checks before anything is written. */
function readCreate(state: State, effective: string, project: Project, body: Body): Create {
  const name = body.text('name');
  const config = body.config();
  if (name === '') throw badRequest('No name provided');
  if (name === 'none') throw badRequest(`Network name 'none' is not valid`);
  if (!networkAllowed(project, name, true)) throw new ApiError(403, 'Network not allowed in project');

  const type = requireType(body.text('type') || (effective === 'default' ? 'bridge' : 'ovn'));
  validateName(type, name);
  if (effective !== 'default' && !allowedInProjects(type))
    throw badRequest('Network type does not support non-default projects');
  refuseOverLimit(state, effective, project, name);
  return { project: effective, name, description: body.text('description'), type, config };
}

function refuseOverLimit(state: State, effective: string, project: Project, name: string): void {
  const limit = project.config['limits.networks'] ?? '';
  if (effective === 'default' || limit === '') return;
  const names = networkNames(state, effective);
  if (!names.includes(name) && names.length >= Number(limit))
    throw badRequest('Networks limit has been reached for project');
}

/** With `?target=`: a definition only, nothing is created. */
async function defineOnMember(state: State, call: Call, create: Create, target: string): Promise<void> {
  if (!definedPerMember(create.type))
    throw badRequest(`Network type "${create.type}" does not support member specific config`);
  const global = Object.keys(create.config).find((key) => !memberSpecificKeys.includes(key));
  if (global != null) throw badRequest(`Config key "${global}" may not be used as member-specific key`);

  await before(state, 'define-member', target);
  try {
    onContext(state, call, () => insertPending(state, target, create, create.config));
  } catch (error) {
    throw error === alreadyDefined
      ? conflict(`Network "${create.name}" is already defined on member "${target}"`)
      : error;
  }
}

/** The record first, Created from the start, then the network; the undo needs a client that is still there. */
async function createStandalone(state: State, call: Call, create: Create): Promise<void> {
  if (findRecord(state, create.project, create.name, state.self) != null)
    throw conflict(`Network "${create.name}" already exists`);
  fillConfig(create.type, create.config, subnetsOf(state));

  await before(state, 'insert-record');
  onContext(state, call, () => insertCreated(state, create, create.config));
  try {
    const record = loading(() => loadNetwork(state, create.project, create.name, state.self));
    await createOnMember(state, call, record, state.self);
  } catch (error) {
    await before(state, 'remove-record');
    if (!call.gone) state.db.transaction(() => deleteRecord(state, create.project, create.name));
    throw error;
  }
}

/** The record is written, and Errored, before any member is asked to create the network. */
async function createInCluster(state: State, call: Call, create: Create): Promise<void> {
  const existing = findRecord(state, create.project, create.name, state.self);
  if (!definedPerMember(create.type)) await defineOnAllMembers(state, call, create);
  refuseUnfit(create, existing);
  await writeGlobalConfig(state, call, create, existing);

  refusePeersDown(state);
  const record = loading(() => loadNetwork(state, create.project, create.name, state.self));
  await createOnMember(state, call, record, state.self);
  await eachPeer(state, (peer) => createOnPeer(state, create, peer));

  await before(state, 'mark-created');
  onContext(state, call, () => setStatus(state, create.project, create.name, created));
}

/** Types without member-specific keys define themselves; the driver is loaded only then. */
async function defineOnAllMembers(state: State, call: Call, create: Create): Promise<void> {
  await before(state, 'define-all-members');
  onContext(state, call, () => {
    for (const member of state.members) definePending(state, create, member);
  });
  try {
    loading(() => loadNetwork(state, create.project, create.name, state.self));
  } catch (error) {
    if (state.version === '7.0.2') setStatus(state, create.project, create.name, errored);
    throw error;
  }
}

function definePending(state: State, create: Create, member: Member): void {
  try {
    insertPending(state, member.name, create, {});
  } catch (error) {
    if (error !== alreadyDefined) throw wrapped(`Failed creating pending network for member "${member.name}"`, error);
  }
}

function refuseUnfit(create: Create, existing: NetworkRecord | null): void {
  const memberSpecific = Object.keys(create.config).find((key) => memberSpecificKeys.includes(key));
  if (memberSpecific != null) throw failure(`Config key "${memberSpecific}" is cluster member specific`);
  if (existing == null) return;
  if (existing.status === 'Created') throw failure('The network is already created');
  if (existing.type !== create.type)
    throw failure(
      `Requested network type "${create.type}" doesn't match type in existing database record "${existing.type}"`,
    );
}

async function writeGlobalConfig(
  state: State,
  call: Call,
  create: Create,
  existing: NetworkRecord | null,
): Promise<void> {
  if (existing != null && isPartiallyCreated(existing)) {
    if (Object.keys(create.config).length === 0) return;
    throw failure('Network already partially created. Please do not specify any global config when re-running create');
  }

  await before(state, 'write-global-config');
  onContext(state, call, () => {
    const record = findRecord(state, create.project, create.name, state.self);
    if (record == null) throw failure('Network not pending on any node (use --target <node> first)');
    const missing = undefinedMembers(state, record);
    if (missing.length > 0) throw failure(`Network not defined on nodes: ${missing.join(', ')}`);

    fillConfig(create.type, create.config, subnetsOf(state));
    insertConfig(state, record.id, 0, create.config);
    setStatus(state, create.project, create.name, errored);
  });
}

/** A create ran before and failed: Errored, or with global keys. */
function isPartiallyCreated(record: NetworkRecord): boolean {
  return record.status === 'Errored' || Object.keys(record.config).some((key) => !memberSpecificKeys.includes(key));
}

async function createOnPeer(state: State, create: Create, peer: Member): Promise<void> {
  if (peer.stoppedAt != null) throw connectionRefused('Get', peer, '/1.0');
  const record = loading(() => loadNetwork(state, create.project, create.name, peer));
  // A request between members: it outlives the client's.
  await createOnMember(state, { gone: false }, record, peer);
}

/** Every peer is asked, whatever the others say; the first error is the answer (internal/server/cluster/notify.go, 6.0.4). */
async function eachPeer(state: State, ask: (peer: Member) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  for (const peer of state.members.filter((member) => member !== state.self)) {
    try {
      await ask(peer);
    } catch (error) {
      errors.push(peer.stoppedAt == null ? wrapped(`failed to notify peer ${peer.address}`, error) : error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function refusePeersDown(state: State): void {
  const down = state.members.find((member) => member !== state.self && isOffline(state, member));
  if (down != null) throw failure(`peer node ${down.address} is down`);
}

/** There is no target: every member's definition goes. */
export async function deleteNetwork(state: State, projectName: string, name: string): Promise<Answer> {
  const { effective, project } = networkProject(state, projectName);
  const record = loading(() => loadNetwork(state, effective, name, state.self));
  if (!networkAllowed(project, name, true)) throw notFound('Network not found');
  if (usersOf(state, effective, name).length > 0) throw badRequest('The network is currently in use');

  removeFrom(record, state.self);
  refusePeersDown(state);
  await eachPeer(state, async (peer) => {
    if (peer.stoppedAt != null)
      throw connectionRefused(
        'Delete',
        peer,
        `/1.0/networks/${encodeURIComponent(name)}?project=${encodeURIComponent(effective)}`,
      );
    removeFrom(
      loading(() => loadNetwork(state, effective, name, peer)),
      peer,
    );
  });
  state.db.transaction(() => deleteRecord(state, effective, name));
  return done;
}

function removeFrom(record: NetworkRecord, member: Member): void {
  if (localStatus(record, member) !== 'Pending') deleteOnMember(record, member);
}

/** `PUT` and `PATCH`, as far as keys go: checked, then written; no interface changes. */
export function changeNetwork(state: State, projectName: string, name: string, body: Body, keep: boolean): Answer {
  const { effective } = networkProject(state, projectName);
  const record = loading(() => loadNetwork(state, effective, name, state.self));
  const config = keep ? { ...record.config, ...body.config() } : body.config();
  const description = keep && !body.has('description') ? record.description : body.text('description');
  validateConfig(record.type, name, config);
  state.db.transaction(() => updateRecord(state, record, state.self, description, config));
  return done;
}

/** The server draws them at random; here they come in order, so that runs can be repeated. */
function subnetsOf(state: State) {
  state.subnets += 1;
  const number = state.subnets;
  return {
    v4: () => `10.${100 + Math.floor(number / 250)}.${number % 250}.1/24`,
    v6: () => `fd42:5afe:${number.toString(16)}:1::1/64`,
  };
}
