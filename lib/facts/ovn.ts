import * as z from '../zod.js';
import { ServerError, causeText } from '../errors.js';
import type { Intent } from '../intent/intent.js';
import { isInterfaceWithoutOvs, isNetworkAbsent } from '../incus/failures.js';
import type { IncusServer } from '../incus/server.js';
import { apiPath, networkPath, networksPath } from '../incus/paths.js';
import type { ClusterMember } from '../incus/schemas.js';
import { Network } from '../incus/schemas.js';
import { evidence } from '../words/evidence.js';
import type { Fact, OvnFacts, ServerFact } from './facts.js';
import { absent, broken, known, silent, unreadable } from './facts.js';
import type { LocalHost, OvsSettings, Surroundings } from './reading.js';
import { MEMBER_PROBE_TIMEOUT, map, read, whyUntold } from './reading.js';

const { databases, integrationBridge: bridgeWords, settings: settingWords } = evidence;

/** Defaults of Incus (internal/server/cluster/config/config.go and internal/server/node/config.go, 6.0.4). */
const DEFAULTS = {
  'network.ovn.integration_bridge': 'br-int',
  'network.ovn.northbound_connection': 'unix:/run/ovn/ovnnb_db.sock',
  'network.ovs.connection': 'unix:/run/openvswitch/db.sock',
} as const;

/** Networks that may tell something about OVN: those of the default project, and those of the project in question. */
export interface NetworkLists {
  inDefault: Fact<Network[]>;
  inProject: Fact<Network[]>;
  everywhere?: Fact<Network[]>;
}

/** Whether an ovn network can work, with the evidence per member. */
export async function gatherOvn(
  intent: Intent,
  info: ServerFact,
  members: Fact<ClusterMember[]>,
  effectiveProject: Fact<string>,
  server: IncusServer,
  around: Surroundings,
): Promise<OvnFacts> {
  const isOwn = effectiveProject.kind === 'known' && effectiveProject.value !== 'default';
  const [probe, namesake] = await Promise.all([
    probeOvn(info, members, server, around),
    isOwn ? read(() => server.get(networkPath(intent.network, { project: 'default' }), Network)) : unreadable(evidence.notAsked),
  ]);
  // A list of networks takes the server long where there are many, and without Open vSwitch nothing in it would help.
  const lists = probe.ovs.every(({ ovs }) => ovs.kind === 'known') ? await readLists(intent, info, effectiveProject, server) : noLists;
  return { ...probe.judge(lists), inDefault: map(namesake, ({ managed }) => managed) };
}

const noLists: NetworkLists = { inDefault: unreadable(evidence.notAsked), inProject: unreadable(evidence.notAsked) };

async function readLists(intent: Intent, info: ServerFact, effectiveProject: Fact<string>, server: IncusServer): Promise<NetworkLists> {
  // Of the others only what is on an uplink matters.
  const wantsUplink = intent.config['network'] !== 'none' && info.extensions.includes('networks_all_projects');
  const everywhere = wantsUplink ? await listEverywhere(server) : unreadable(evidence.notAsked);
  const of = (project: string): Fact<Network[]> => map(everywhere, (networks) => networks.filter((network) => network.project === project));
  const inDefault = of('default');
  // Whoever may see `default` sees the host's interfaces there; where there is nothing, it is asked for by name, for the reason.
  // A server that is not done with the one list (1,000 networks take it minutes) would not be done with the others.
  const isEnough = inDefault.kind === 'known' ? inDefault.value.length > 0 : inDefault.kind === 'unreadable' && inDefault.silent === true;
  if (isEnough) return { inDefault, inProject: of(intent.project), everywhere };

  const [named, inProject] = await Promise.all([
    read(() => server.get(networksPath({ project: 'default', recursion: '1' }), z.array(Network))),
    effectiveProject.kind === 'known' && effectiveProject.value !== 'default'
      ? read(() => server.get(networksPath({ project: intent.project, recursion: '1' }), z.array(Network)))
      : unreadable(evidence.notAsked),
  ]);
  return { inDefault: named, inProject, everywhere };
}

async function listEverywhere(server: IncusServer): Promise<Fact<Network[]>> {
  try {
    return known(await server.get(networksPath({ 'all-projects': 'true', recursion: '1' }), z.array(Network)));
  } catch (error) {
    return error instanceof ServerError ? unreadable(error.message) : silent(causeText(error));
  }
}

/** What the members and this machine say. */
export interface OvnProbe {
  ovs: OvnFacts['ovs'];
  /** Together with lists of networks. */
  judge(lists: NetworkLists): OvnFacts;
}

/** Asks the members and this machine. */
export async function probeOvn(
  info: ServerFact,
  members: Fact<ClusterMember[]>,
  server: IncusServer,
  around: Surroundings,
): Promise<OvnProbe> {
  const setting = (key: keyof typeof DEFAULTS): string => info.config[key] || DEFAULTS[key];
  const integrationBridge = setting('network.ovn.integration_bridge');
  // This machine's sockets speak for the server only where the server is on this machine.
  const host = around.host ?? elsewhere;

  const [localOvs, settings, isLinuxBridge, localNorthbound, answers] = await Promise.all([
    host.ovsdb(setting('network.ovs.connection')),
    host.openVSwitch?.(setting('network.ovs.connection')) ?? unreadable(evidence.notAsked),
    host.isLinuxBridge(integrationBridge),
    host.ovsdb(setting('network.ovn.northbound_connection')),
    probeMembers(integrationBridge, info, members, server),
  ]);
  const ovs = answers.map(({ member, ovs: answer }) => ({ member, ovs: member === info.name ? withLocalEvidence(answer, localOvs, isLinuxBridge, settings) : answer }));
  // What a hidden record would cost matters only where Open vSwitch is there, and OVN is not known to be.
  const mayEndHidden = ovs.every((member) => member.ovs.kind === 'known') && localNorthbound.kind !== 'known';
  const [southbound, sql] = await Promise.all([
    readSouthbound(settings, host),
    // By trial: 7.x has it over HTTPS too, for those who are not restricted, and 6.0.4 on the unix socket only.
    mayEndHidden ? read(() => readSchema(server)) : unreadable(evidence.notAsked),
  ]);

  const judge: OvnProbe['judge'] = ({ inDefault, inProject, everywhere = unreadable(evidence.notAsked) }) => ({
    integrationBridge,
    ovs,
    northbound: northbound(localNorthbound, localOvs, [inProject, inDefault]),
    southbound,
    networks: everywhere,
    uplinks: map(inDefault, (networks) => networks.filter(({ managed, type }) => managed && type !== 'ovn')),
    inDefault: unreadable(evidence.notAsked),
    hiddenRecordRemovable: map(sql, () => true),
  });
  return { ovs, judge };
}

/** The database's schema alone: 6.0 calls that `schema`, and 7.0 `dump`; without either the answer is the whole database (internalSQLGet, cmd/incusd/api_internal.go). */
function readSchema(server: IncusServer): Promise<{ text: string }> {
  return server.get(apiPath(['internal', 'sql'], { database: 'global', schema: '1', dump: '1' }), z.object({ text: z.string() }));
}

const elsewhere: LocalHost = {
  ovsdb: async () => unreadable(databases.otherMachine),
  isLinuxBridge: async () => false,
};

type OvsAnswer = OvnFacts['ovs'][number];

async function probeMembers(bridge: string, info: ServerFact, members: Fact<ClusterMember[]>, server: IncusServer): Promise<OvsAnswer[]> {
  if (members.kind === 'unreadable' && info.clustered) return [{ member: info.name, ovs: unreadable(members.reason) }];

  const targets = members.kind === 'known' ? members.value : [{ server_name: '', status: 'Online' }];
  return Promise.all(
    targets.map(async ({ server_name: member, status }) => ({
      member: member || info.name,
      ovs: status === 'Offline' ? unreadable(evidence.memberOffline) : await probeMember(bridge, member, server),
    })),
  );
}

/** The integration bridge as the member sees it (doNetworkGet, cmd/incusd/networks.go, 6.0.4). */
async function probeMember(bridge: string, member: string, server: IncusServer): Promise<Fact<string>> {
  try {
    const { type } = await server.get(networkPath(bridge, { project: 'default', target: member }), Network, { timeout: MEMBER_PROBE_TIMEOUT });
    // `unknown`: an interface stands there, and Open vSwitch does not know it.
    return type === 'bridge' ? known(bridge, bridgeWords.isThere(bridge)) : absent(bridgeWords.isNone(bridge));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (isNetworkAbsent(error)) return absent(bridgeWords.isAbsent(bridge));
    if (isInterfaceWithoutOvs(error)) return absent(error.message);

    return whyUntold(error);
  }
}

/**
 * A Linux bridge of that name says `bridge` too, so this machine is asked as well. A missing socket alone
 * disproves nothing: a server in another mount namespace may have sockets that we do not see.
 */
function withLocalEvidence(ovs: Fact<string>, local: Fact<string[]>, isLinuxBridge: boolean, settings: Fact<OvsSettings>): Fact<string> {
  if (ovs.kind !== 'known') return ovs;
  const lack = settings.kind === 'known' ? missingSetting(settings.value) : null;
  if (lack !== null) return broken(lack);
  if (local.kind === 'known') return known(ovs.value, bridgeWords.answers(ovs.evidence ?? ovs.value));
  if (local.kind === 'absent' && isLinuxBridge) return absent(bridgeWords.isLinuxBridge(ovs.value));

  return ovs;
}

/**
 * What the server asks Open vSwitch for, and fails without (Daemon.setupOVN; getOptimalBridgeMTU, 6.0.4). Without
 * external_ids:system-id, the chassis, it creates the network all the same (measured on 6.0.4 and 7.0.2).
 */
function missingSetting({ encapIp, isEncapIpHere, remote }: OvsSettings): string | null {
  if (remote === '') return settingWords.noRemote;
  if (encapIp === '') return settingWords.noEncapIp;

  return isEncapIpHere ? null : settingWords.strangeEncapIp(encapIp);
}

/** The server connects to both databases before it loads an ovn network (Daemon.setupOVN, 6.0.4). */
async function readSouthbound(settings: Fact<OvsSettings>, host: LocalHost): Promise<Fact<string>> {
  if (settings.kind !== 'known') return unreadable(evidence.notAsked);
  const answer = await host.ovsdb(settings.value.remote);
  if (answer.kind !== 'known') return answer;

  return answer.value.includes('OVN_Southbound') ? known('OVN_Southbound') : absent(databases.notSouthbound);
}

/**
 * Any ovn network that loads proves that the answering member has reached the northbound database, some time or other:
 * it keeps its connection. Where we see its Open vSwitch, we would see the database too.
 */
function northbound(local: Fact<string[]>, localOvs: Fact<string[]>, lists: Fact<Network[]>[]): Fact<string> {
  if (local.kind === 'known') {
    return local.value.includes('OVN_Northbound')
      ? known('OVN_Northbound', databases.northbound)
      : absent(databases.notNorthbound);
  }
  const loaded = lists
    .flatMap((list) => (list.kind === 'known' ? list.value : []))
    .find(({ managed, type, status }) => managed && type === 'ovn' && status === 'Created');
  if (local.kind === 'absent' && (!loaded || localOvs.kind === 'known' || local.isBroken)) {
    return absent(local.evidence);
  }
  if (loaded) return known(loaded.name, databases.networkLoads(loaded.name));

  return unreadable(databases.unproven);
}
