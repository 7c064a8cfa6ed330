import type { BrokenRecord } from './broken-record.js';
import { inState, kindOf } from './broken-record.js';
import type { Finding } from './finding.js';
import type { Survey } from './survey.js';
import { list, repairCommand } from './words.js';

/** A broken record as a finding. */
export function judgeRecord(record: BrokenRecord, { server, members }: Survey): Finding {
  const kind = kindOf(record, server.clustered);
  const offline = members.kind === 'known' ? members.value.filter(({ status }) => status === 'Offline').map((member) => member.server_name) : [];
  const about = { kind, severity: record.isSoundRow ? 'warning' : 'error', remote: server.remote, project: record.project, network: record.network } as const;
  if (record.isSoundRow) {
    return {
      ...about,
      status: 'Created',
      evidence: `${cannotLoad(record)}; it is Created on every member, so it worked before`,
      fix: 'bring Open vSwitch and OVN back; the server loads the network again then',
    };
  }

  const lacking = record.members.filter(({ state }) => state !== 'Created');
  const [only] = lacking;
  const status = record.status ?? (record.row === null ? undefined : stateOfRow(record.row.state));
  return {
    ...about,
    ...(kind === 'half-created-record' && server.clustered && only !== undefined && lacking.length === 1 ? { member: only.member } : {}),
    ...(status === undefined ? {} : { status }),
    evidence: [evidence[kind](record), inUse(record), waiting(record, offline), blocked(record)].filter((part) => part !== '').join('; '),
    fix: fixOf(record, server.remote, server.local),
  };
}

const evidence = {
  'hidden-record': cannotLoad,
  'errored-record': (record: BrokenRecord) => `a create failed half way: ${states(record)}`,
  'half-created-record': (record: BrokenRecord) =>
    record.row === null ? `a create was cut off: ${states(record)}` : `the database has it as ${stateOfRow(record.row.state)}: ${states(record)}`,
  'pending-record': ({ members }: BrokenRecord) => {
    const missing = inState(members, 'not defined');
    const where = missing.length === 0 ? 'on every member' : `on ${list(inState(members, 'Pending'))}, not on ${list(missing)}`;
    return `defined ${where}, and created nowhere`;
  },
};

function cannotLoad({ reason }: BrokenRecord): string {
  return `the server lists it and cannot load it: ${(reason ?? '').replace(/^Failed loading network: /, '')}`;
}

/** `Created on node1, Pending on node2`. */
function states({ members }: BrokenRecord): string {
  const names = [...new Set(members.map(({ state }) => state))].sort();
  return names.map((state) => `${state === 'unknown' ? 'not known' : state} on ${list(inState(members, state))}`).join(', ');
}

export function stateOfRow(state: number): string {
  return ['Pending', 'Created', 'Errored'][state] ?? `state ${state}`;
}

function inUse({ usedBy }: BrokenRecord): string {
  return usedBy.length === 0 ? '' : `in use by ${list(usedBy)}`;
}

/** DELETE has to reach every member; a row of the database does not. */
function waiting({ status }: BrokenRecord, offline: string[]): string {
  return status === null || offline.length === 0 ? '' : `${list(offline)} cannot be reached, and the removal has to wait for that`;
}

function blocked({ project }: BrokenRecord): string {
  return project === 'default' ? '' : `project "${project}" cannot be deleted while it is there`;
}

function fixOf(record: BrokenRecord, remote: string, isLocal: boolean): string {
  const command = repairCommand(record.status === null && !isLocal && record.whyNoRow !== '' ? 'local' : remote, record);
  return record.status === null && record.whyNoRow !== '' ? `${command}   (on a cluster member, as a user who may use the unix socket)` : command;
}
