import * as z from '../zod.js';
import { ServerError } from '../errors.js';
import type { Intent } from '../intent/intent.js';
import { isInterfaceWithoutOvs, isLoadFailure, isNetworkAbsent } from '../incus/failures.js';
import type { IncusServer } from '../incus/server.js';
import { hasInterface } from '../incus/networks.js';
import { apiPath, nameInUrl, networkPath, networksPath } from '../incus/paths.js';
import { ClusterMember, MetadataConfiguration, Network, Project, Server } from '../incus/schemas.js';
import type { ConfigKey, Fact, Facts, InterfaceFact, ProjectFact, RecordFact, ServerFact } from './facts.js';
import { evidence } from '../words/evidence.js';
import { absent, effectiveType, known, unreadable } from './facts.js';
import { gatherOvn } from './ovn.js';
import type { Surroundings } from './reading.js';
import { gatherReferences } from './references.js';
import { MEMBER_PROBE_TIMEOUT, answerOf, isTrue, map, read, whyUntold } from './reading.js';

/**
 * Everything the checks need, read-only, in rounds of parallel requests: what does not depend on
 * anything, then what depends on the project, the type and the members. The number of requests grows with
 * the number of cluster members only.
 * @throws CliError the server itself cannot be read
 */
export async function gatherFacts(intent: Intent, server: IncusServer, around: Surroundings): Promise<Facts> {
  const [info, project, memberAnswer, recordAnswer] = await Promise.all([
    server.get('/1.0', Server),
    read(() => server.get(apiPath(['1.0', 'projects', intent.project]), Project)),
    read(() => server.get(apiPath(['1.0', 'cluster', 'members'], { recursion: '1' }), z.array(ClusterMember))),
    answerOf(() => server.get(networkPath(intent.network, { project: intent.project }), Network)),
  ]);
  const serverFact = toServer(info, around);
  const projectFact = map(project, toProject);
  // The networks of `default` are its own, whether it can be read or not.
  const effectiveProject =
    intent.project === 'default' && projectFact.kind === 'unreadable' ? known('default') : map(projectFact, ({ name, hasNetworks }) => (hasNetworks ? name : 'default'));
  const members = serverFact.clustered ? memberAnswer : absent(evidence.notClustered);
  const type = effectiveType(intent.type, effectiveProject);

  const [record, interfaces, ovn, neighbours, networkCount, configKeys, references] = await Promise.all([
    toRecord(recordAnswer, intent, server),
    type === 'ovn' ? null : gatherInterfaces(intent.network, serverFact, members, recordAnswer, effectiveProject, server),
    // Where only ovn works, whether it can work decides about the other types' ways out as well.
    type === 'ovn' || isOwnProject(effectiveProject) ? gatherOvn(intent, serverFact, members, effectiveProject, server, around) : null,
    wantsAddress(intent) ? readNetworks(server, intent, effectiveProject) : unreadable(evidence.noAddress),
    countNetworks(projectFact, server),
    gatherConfigKeys(intent, type, serverFact, server),
    gatherReferences(intent, serverFact, server),
  ]);

  return {
    server: serverFact,
    project: projectFact,
    effectiveProject,
    members,
    record,
    interfaces,
    ovn,
    neighbours,
    networkCount,
    configKeys,
    references,
    openTransactions: around.openTransactions.filter(
      ({ fingerprint, network, project }) =>
        fingerprint === serverFact.fingerprint && network === intent.network && (effectiveProject.kind !== 'known' || project === effectiveProject.value),
    ),
  };
}

/**
 * Which server answers, and what it says of itself.
 * @throws ServerError it does not know us: `GET /1.0` answers strangers, and nothing else does
 */
export function toServer(info: Server, around: Surroundings): ServerFact {
  if (info.auth === 'untrusted') throw new ServerError(403, 'not authorized');

  const environment = info.environment ?? {};
  return {
    remote: around.remote,
    local: around.local,
    version: environment.server_version ?? 'unknown',
    clustered: environment.server_clustered ?? false,
    name: environment.server_name ?? 'none',
    fingerprint: environment.certificate_fingerprint ?? '',
    addresses: (environment.addresses ?? []).map(withoutPort),
    extensions: info.api_extensions,
    config: info.config ?? {},
  };
}

/** `10.0.0.1:8443`, `[fd42::1]:8443` */
function withoutPort(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

export function toProject(project: Project): ProjectFact {
  // `default` has the feature set to true, and its networks are its own all the same.
  return { name: project.name, hasNetworks: isTrue(project.config['features.networks']), config: project.config };
}

async function toRecord(answer: Network | Error, intent: Intent, server: IncusServer): Promise<Fact<RecordFact>> {
  if (!(answer instanceof Error)) {
    if (!answer.managed) return absent(evidence.interfaces.notManaged);
    const { type, status, config, description, locations, used_by: usedBy } = answer;
    return known({ type, status, config, description, locations, usedBy, reason: null });
  }
  if (isNetworkAbsent(answer)) return absent('not found');
  if (!isLoadFailure(answer)) return isInterfaceWithoutOvs(answer) ? absent(answer.message) : unreadable(answer.message);

  // Listed, but it cannot be loaded: a hidden record. The list is asked as well, so that the error text alone decides nothing.
  const names = await read(() => server.get(networksPath({ project: intent.project }), z.array(z.string())));
  if (names.kind !== 'known') return unreadable(answer.message);
  if (!names.value.some((url) => nameInUrl(url) === intent.network)) return absent(evidence.interfaces.notListed);
  return known({ status: 'Hidden', type: null, config: {}, description: '', locations: [], usedBy: [], reason: answer.message });
}

async function gatherInterfaces(
  name: string,
  info: ServerFact,
  members: Fact<ClusterMember[]>,
  firstAnswer: Network | Error,
  effectiveProject: Fact<string>,
  server: IncusServer,
): Promise<InterfaceFact[]> {
  const isInDefault = effectiveProject.kind === 'known' && effectiveProject.value === 'default';
  // The first round asked this already: a server that is not clustered answers for itself.
  if (members.kind !== 'known' && isInDefault) return [{ member: info.name, presence: toPresence(firstAnswer) }];

  const targets = members.kind === 'known' ? members.value : [{ server_name: '', status: 'Online' }];
  return Promise.all(
    targets.map(async ({ server_name: member, status }) => ({
      member: member || info.name,
      presence: status === 'Offline' ? unreadable(evidence.memberOffline) : await probeInterface(name, member, server),
    })),
  );
}

/** A definition that is still Pending there hides an interface of its name from the list of networks; `/state` shows it. */
async function probeInterface(name: string, member: string, server: IncusServer): Promise<Fact<string>> {
  const options = { timeout: MEMBER_PROBE_TIMEOUT };
  const answer = await answerOf(() => server.get(networkPath(name, { project: 'default', target: member }), Network, options));
  if (answer instanceof Error || !answer.managed || answer.status !== 'Pending') return toPresence(answer);

  const there = await read(() => hasInterface(server, name, member, options));
  if (there.kind !== 'known') return there;
  return there.value ? known('unknown', evidence.interfaces.stoodBefore) : absent(evidence.interfaces.managed);
}

function toPresence(answer: Network | Error): Fact<string> {
  if (!(answer instanceof Error)) return answer.managed ? absent(evidence.interfaces.managed) : known(answer.type);
  if (isNetworkAbsent(answer)) return absent('not found');
  if (isInterfaceWithoutOvs(answer)) return known('unknown', answer.message);
  if (isLoadFailure(answer)) return absent(evidence.interfaces.managedUnloadable);

  return whyUntold(answer);
}

function isOwnProject(effectiveProject: Fact<string>): boolean {
  return effectiveProject.kind === 'known' && effectiveProject.value !== 'default';
}

function wantsAddress({ config }: Intent): boolean {
  return ['ipv4.address', 'ipv6.address'].some((key) => config[key]?.includes('/'));
}

async function readNetworks(server: IncusServer, intent: Intent, effectiveProject: Fact<string>): Promise<Fact<Network[]>> {
  // Where the project shares the default project's networks, asking through it shows what a restricted user may see.
  const project = effectiveProject.kind === 'known' && effectiveProject.value !== 'default' ? 'default' : intent.project;
  return read(() => server.get(networksPath({ project, recursion: '1' }), z.array(Network)));
}

async function countNetworks(project: Fact<ProjectFact>, server: IncusServer): Promise<Fact<number>> {
  if (project.kind !== 'known' || !project.value.config['limits.networks']) return unreadable(evidence.noLimit);
  const names = await read(() => server.get(networksPath({ project: project.value.name }), z.array(z.string())));
  return map(names, (list) => list.length);
}

async function gatherConfigKeys(intent: Intent, type: string | null, info: ServerFact, server: IncusServer): Promise<Fact<ConfigKey[]>> {
  const keys = [...Object.keys(intent.config), ...intent.memberConfig.map(({ key }) => key)];
  if (type === null || keys.every((key) => key.startsWith('user.'))) return unreadable(evidence.noKey);
  if (!info.extensions.includes('metadata_configuration')) return absent(evidence.noMetadata);

  const metadata = await read(() => server.get('/1.0/metadata/configuration', MetadataConfiguration));
  if (metadata.kind !== 'known') return metadata;
  const groups = metadata.value.configs[`network_${type}`];
  if (!groups) return absent(evidence.noMetadataOfType(type));
  return known(
    Object.values(groups)
      .flatMap((group) => group.keys)
      .flatMap((entry) => Object.entries(entry))
      .map(([key, { scope }]) => ({ key, memberSpecific: scope === 'local' })),
  );
}
