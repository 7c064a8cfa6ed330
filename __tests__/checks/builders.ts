import type { CheckResult, CheckStatus } from '../../lib/checks/check.js';
import { absent, known, unreadable, type Facts, type OvnFacts, type RecordFact } from '../../lib/facts/facts.js';
import { ClusterMember, Network } from '../../lib/incus/schemas.js';
import type { Intent } from '../../lib/intent/intent.js';

/** `incus network create web`, and what else is said. */
export function intent(said: Partial<Intent> = {}): Intent {
  return {
    remote: 'local',
    network: 'web',
    project: 'default',
    projectFrom: 'default',
    target: null,
    type: null,
    description: '',
    config: {},
    droppedYamlKeys: [],
    allMembers: false,
    memberConfig: [],
    ...said,
  };
}

/** A server that is not clustered, with nothing on it. */
export function facts(learned: Partial<Facts> = {}): Facts {
  return {
    server: server(),
    project: known({ name: 'default', hasNetworks: true, config: { 'features.networks': 'true' } }),
    effectiveProject: known('default'),
    members: absent('the server is not clustered'),
    record: absent('not found'),
    interfaces: [{ member: 'host1', presence: absent('not found') }],
    ovn: null,
    neighbours: unreadable('not asked: no address is given'),
    networkCount: unreadable('not asked: the project has no limits.networks'),
    configKeys: absent('the server does not describe its configuration'),
    references: { acls: unreadable('not asked'), zones: unreadable('not asked') },
    openTransactions: [],
    ...learned,
  };
}

export function server(info: Partial<Facts['server']> = {}): Facts['server'] {
  return { remote: 'local', local: true, version: '6.0.4', clustered: false, name: 'host1', fingerprint: '', addresses: [], extensions: [], config: {}, ...info };
}

/** A cluster with these members online; `node2:Offline` says otherwise. */
export function cluster(...members: string[]): Pick<Facts, 'server' | 'members' | 'interfaces'> {
  const parsed = members.map((member) => member.split(':'));

  return {
    server: server({ clustered: true, name: parsed[0]?.[0] ?? 'node1' }),
    members: known(parsed.map(([name, status = 'Online']) => ClusterMember.parse({ server_name: name, url: '', status }))),
    interfaces: parsed.map(([member = '']) => ({ member, presence: absent('not found') })),
  };
}

/** A cluster of which nobody may read the members. */
export function closedCluster(): Pick<Facts, 'server' | 'members'> {
  return { server: server({ clustered: true }), members: unreadable('not authorized') };
}

/** Project `test` with networks of its own. */
export function ownNetworks(config: Record<string, string> = {}): Pick<Facts, 'project' | 'effectiveProject'> {
  return { project: known({ name: 'test', hasNetworks: true, config: { 'features.networks': 'true', ...config } }), effectiveProject: known('test') };
}

/** Project `test` that shares the networks of `default`. */
export function sharedNetworks(config: Record<string, string> = {}): Pick<Facts, 'project' | 'effectiveProject'> {
  return { project: known({ name: 'test', hasNetworks: false, config }), effectiveProject: known('default') };
}

export function closedProject(): Pick<Facts, 'project' | 'effectiveProject'> {
  return { project: unreadable('not authorized'), effectiveProject: unreadable('not authorized') };
}

/** Open vSwitch everywhere and OVN proven. */
export function ovn(learned: Partial<OvnFacts> = {}): OvnFacts {
  return {
    ovs: [{ member: 'host1', ovs: known('br-int') }],
    integrationBridge: 'br-int',
    northbound: known('OVN_Northbound'),
    southbound: unreadable('not asked'),
    networks: known([]),
    uplinks: known([]),
    inDefault: known(false),
    hiddenRecordRemovable: known(true),
    ...learned,
  };
}

export function network(name: string, type: string, config: Record<string, string> = {}, status = 'Created'): Network {
  return Network.parse({ name, type, managed: true, status, config });
}

export function record(learned: Partial<RecordFact>): Facts['record'] {
  return known({ status: 'Created', type: 'bridge', config: {}, description: '', locations: [], usedBy: [], reason: null, ...learned });
}

/** What every result owes to the reader: a detail without a final period, and a fix where something is amiss. */
export function isWellFormed({ detail, fix, status }: CheckResult): boolean {
  const needsFix: CheckStatus[] = ['warn', 'fail', 'unknown'];

  return detail !== '' && !detail.endsWith('.') && !detail.includes('undefined') && needsFix.includes(status) === Boolean(fix);
}
