import type { BrokenRecord, MemberState } from '../../lib/doctor/broken-record.js';
import type { Survey, SurveyedProject } from '../../lib/doctor/survey.js';
import type { UnfinishedRow } from '../../lib/doctor/unfinished-rows.js';
import { known } from '../../lib/facts/facts.js';
import { Network } from '../../lib/incus/schemas.js';
import { cluster } from '../checks/builders.js';

/** A cluster of node1 and node2 with the project `default` and nothing in it. */
export function survey(seen: Partial<Survey> = {}): Survey {
  const { server, members } = cluster('node1', 'node2');
  return { server, members, isRestricted: false, projects: [project('default')], networks: [], rows: known([]), ovn: null, ...seen };
}

export function project(name: string, usedBy: string[] = [], hasNetworks = true): SurveyedProject {
  return { name, hasNetworks, config: {}, usedBy };
}

export function network(key: string, status = 'Created'): Survey['networks'][number] {
  const [owner = '', name = ''] = key.split('/');
  return { ...Network.parse({ name, type: 'bridge', managed: true, status, project: owner }), project: owner, network: name };
}

/** `default/web 0 node1:0 node2:1`: the states of the row and of its members. */
export function row(text: string): UnfinishedRow {
  const [key = '', state = '', ...members] = text.split(' ');
  const [owner = '', name = ''] = key.split('/');
  return {
    project: owner,
    id: 7,
    projectId: 1,
    name,
    description: '',
    state: Number(state),
    type: 0,
    members: members.map((one, index) => ({ nodeId: index + 1, member: one.split(':')[0] ?? '', state: Number(one.split(':')[1]) })),
  };
}

export function record(seen: Partial<BrokenRecord> = {}): BrokenRecord {
  return { project: 'default', network: 'web', status: 'Pending', type: 'bridge', reason: null, row: null, whyNoRow: '', members: [], isSoundRow: false, usedBy: [], ...seen };
}

/** `node1 Created, node2 not defined`. */
export function members(text: string): MemberState[] {
  return text.split(', ').map((one) => ({ member: one.split(' ')[0] ?? '', state: one.split(' ').slice(1).join(' ') }));
}
