import { MEMBER_PROBE_TIMEOUT } from '../facts/reading.js';
import { isNetworkAbsent } from '../incus/failures.js';
import { networkPath } from '../incus/paths.js';
import { rowStates, rowTypes } from '../incus/rows.js';
import type { ClusterMember } from '../incus/schemas.js';
import { Network } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import type { BrokenRecord, MemberState } from './broken-record.js';
import type { Look } from './look-again.js';
import { SIDE_BY_SIDE, inParallel } from './parallel.js';
import type { Survey } from './survey.js';

/** Adds to each record how the members stand to it: from its row, or by asking each of them. */
export async function examine(looks: Look[], survey: Survey, server: IncusServer): Promise<BrokenRecord[]> {
  return inParallel(looks, SIDE_BY_SIDE, async (look) => ({
    project: look.project,
    network: look.name,
    status: look.network?.status ?? null,
    type: look.network?.type ?? (look.row === null ? null : (rowTypes[look.row.type] ?? null)),
    reason: look.reason,
    row: look.row,
    whyNoRow: survey.rows.kind === 'unreadable' ? survey.rows.reason : '',
    isSoundRow: survey.rows.kind === 'known' && look.row === null && look.network === null,
    members: await memberStates(look, survey, server),
    usedBy: look.network?.used_by ?? [],
  }));
}

async function memberStates(look: Look, { server: info, members }: Survey, server: IncusServer): Promise<MemberState[]> {
  const cluster = members.kind === 'known' ? members.value : [];
  if (look.row !== null) return fromRow(look.row, cluster, info.name);
  if (look.network === null) return [];
  if (cluster.length === 0) return [{ member: info.name, state: look.network.status }];

  return Promise.all(cluster.map(async (member) => ({ member: member.server_name, state: await askMember(look, member, server) })));
}

/** On a server that is not clustered the database calls the one member `none`. */
function fromRow({ members }: NonNullable<Look['row']>, cluster: ClusterMember[], ownName: string): MemberState[] {
  const names = cluster.length === 0 ? [ownName] : cluster.map(({ server_name: name }) => name);
  return names.map((member) => {
    const own = cluster.length === 0 ? members[0] : members.find((one) => one.member === member);
    return { member, state: own === undefined ? 'not defined' : stateName(own.state) };
  });
}

function stateName(state: number): string {
  return { [rowStates.pending]: 'Pending', [rowStates.created]: 'Created', [rowStates.errored]: 'Errored' }[state] ?? `state ${state}`;
}

async function askMember({ project, name }: Look, { server_name: target, status }: ClusterMember, server: IncusServer): Promise<string> {
  if (status === 'Offline') return 'unknown';
  try {
    const network = await server.get(networkPath(name, { project, target }), Network, { timeout: MEMBER_PROBE_TIMEOUT });
    // A member without a definition shows the cluster's record as Unknown (LocalStatus, 6.0.4).
    return network.status === 'Unknown' ? 'not defined' : network.status;
  } catch (error) {
    return isNetworkAbsent(error) ? 'not defined' : 'unknown';
  }
}
