import type { ServerFact } from '../facts/facts.js';
import { repairCommand } from '../words/commands.js';
import { records as says } from '../words/findings.js';
import { joined } from '../words/grammar.js';
import type { BrokenRecord } from './broken-record.js';
import { inState, kindOf } from './broken-record.js';
import type { Finding } from './finding.js';
import type { Survey } from './survey.js';

/** A broken record as a finding. */
export function judgeRecord(record: BrokenRecord, { server, members }: Survey): Finding {
  const kind = kindOf(record, server.clustered);
  const offline = members.kind === 'known' ? members.value.filter(({ status }) => status === 'Offline').map((member) => member.server_name) : [];
  const about = { kind, severity: record.isSoundRow ? 'warning' : 'error', remote: server.remote, project: record.project, network: record.network } as const;
  if (record.isSoundRow) {
    return {
      ...about,
      status: 'Created',
      evidence: says.workedBefore(cannotLoad(record)),
      fix: says.soundFix,
    };
  }

  const lacking = record.members.filter(({ state }) => state !== 'Created');
  const [only] = lacking;
  const status = record.status ?? (record.row === null ? undefined : stateOfRow(record.row.state));
  return {
    ...about,
    ...(kind === 'half-created-record' && server.clustered && only !== undefined && lacking.length === 1 ? { member: only.member } : {}),
    ...(status === undefined ? {} : { status }),
    evidence: joined([evidence[kind](record), inUse(record), waiting(record, offline), blocked(record)]),
    fix: fixOf(record, server),
  };
}

const evidence = {
  'hidden-record': cannotLoad,
  'errored-record': (record: BrokenRecord) => says.failedHalfWay(states(record)),
  'half-created-record': (record: BrokenRecord) =>
    record.row === null ? says.cutOff(states(record)) : says.inDatabase(stateOfRow(record.row.state), states(record)),
  'pending-record': ({ members }: BrokenRecord) => says.definedOnly(inState(members, 'Pending'), inState(members, 'not defined')),
};

function cannotLoad({ reason }: BrokenRecord): string {
  return says.cannotLoad((reason ?? '').replace(/^Failed loading network: /, ''));
}

function states({ members }: BrokenRecord): string {
  const names = [...new Set(members.map(({ state }) => state))].sort();
  return says.states(names.map((state) => ({ state, members: inState(members, state) })));
}

export function stateOfRow(state: number): string {
  return ['Pending', 'Created', 'Errored'][state] ?? says.strangeState(state);
}

function inUse({ usedBy }: BrokenRecord): string {
  return usedBy.length === 0 ? '' : says.inUse(usedBy);
}

/** DELETE has to reach every member; a row of the database does not. */
function waiting({ status }: BrokenRecord, offline: string[]): string {
  return status === null || offline.length === 0 ? '' : says.mustWait(offline);
}

function blocked({ project }: BrokenRecord): string {
  return project === 'default' ? '' : says.blocksProject(project);
}

function fixOf(record: BrokenRecord, { remote, clustered }: ServerFact): string {
  return record.status === null && record.whyNoRow !== '' ? says.repairOnMember(repairCommand('local', record), clustered) : repairCommand(remote, record);
}
