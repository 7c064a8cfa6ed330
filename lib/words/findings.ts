import type { FindingKind } from '../doctor/finding.js';
import { count, joined, list } from './grammar.js';

/*
 * What doctor says: titles, evidence and cures. Evidence is a sentence without a final period, of parts joined by semicolons.
 */

export const kinds: Record<FindingKind, [one: string, many: string]> = {
  'hidden-record': ['hidden record', 'hidden records'],
  'errored-record': ['errored record', 'errored records'],
  'half-created-record': ['half-created record', 'half-created records'],
  'pending-record': ['pending record', 'pending records'],
  'unfinished-transaction': ['unfinished transaction', 'unfinished transactions'],
  'orphan-interface': ['orphaned interface', 'orphaned interfaces'],
  'orphan-dnsmasq': ['orphaned dnsmasq', 'orphaned dnsmasq processes'],
  'orphan-firewall': ['orphaned firewall rules', 'orphaned firewall rules'],
  'leftover-mount': ['leftover mount', 'leftover mounts'],
  'leftover-directory': ['leftover directory', 'leftover directories'],
  'project-at-risk': ['project at risk', 'projects at risk'],
};

export const records = {
  cannotLoad: (reason: string) => `the server lists it and cannot load it: ${reason}`,
  workedBefore: (cannotLoad: string) => `${cannotLoad}; it is Created on every member, so it worked before`,
  soundFix: 'bring Open vSwitch and OVN back; the server loads the network again then',
  failedHalfWay: (states: string) => `a create failed half way: ${states}`,
  cutOff: (states: string) => `a create was cut off: ${states}`,
  inDatabase: (status: string, states: string) => `the database has it as ${status}: ${states}`,
  definedOnly: (pending: readonly string[], missing: readonly string[]) =>
    `defined ${missing.length === 0 ? 'on every member' : `on ${list(pending)}, not on ${list(missing)}`}, and created nowhere`,
  /** `Created on node1, Pending on node2`. */
  states: (states: readonly { state: string; members: readonly string[] }[]) =>
    states.map(({ state, members }) => `${state === 'unknown' ? 'not known' : state} on ${list(members)}`).join(', '),
  strangeState: (state: number) => `state ${state}`,
  inUse: (users: readonly string[]) => `in use by ${list(users)}`,
  mustWait: (offline: readonly string[]) => `${list(offline)} cannot be reached, and the removal has to wait for that`,
  blocksProject: (project: string) => `project "${project}" cannot be deleted while it is there`,
  repairOnMember: (command: string, isClustered: boolean) => `on ${isClustered ? 'a cluster member' : 'the server itself'}, as a user who may use the unix socket: ${command}`,
};

export const projects = {
  atRisk: (reason: string, isClustered: boolean) =>
    joined([
      'features.networks=true, so its networks are of type ovn',
      reason,
      isClustered ? 'the next create there leaves a hidden record' : 'the next create there fails, and leaves a hidden record where it is cut off',
    ]),
  onceRepaired: (command: string, records: number) => `once its broken ${records === 1 ? 'record is' : 'records are'} repaired: ${command}`,
  forAdministrator: (command: string) => `for an administrator to run: ${command}`,
};

export const transactions = {
  cutOff: (startedAt: string, pid: number, lastStep: string) => `a create was begun at ${startedAt} by process ${pid}, which is gone; ${lastStep}`,
  unreadable: (file: string, reason: string) => `journal file ${file}: ${reason}`,
  unreadableFix: (show: string) => `see which network it is about, and remove the file once that network is as it should be: ${show}`,
  nothingSent: 'nothing was sent',
  theCreate: 'the create',
  theDefinition: (member: string | undefined) => `the definition on ${member ?? 'a member'}`,
  notAnswered: (what: string) => `${what} was sent, and its answer was not seen`,
  answered: (what: string) => `${what} was answered`,
  refused: (what: string) => `${what} was refused`,
};

/** What a diagnosis could not look at. */
export const unseen = {
  everything: 'this connection may see no project',
  otherProjects: (seen: readonly string[]) =>
    `this connection may see only ${seen.length > 5 ? `${seen.length} projects` : list(seen.map((name) => `project "${name}"`))}; other projects were not looked at`,
  rows: 'the database cannot be read over this connection, so a network that is Created was not compared with its members',
  members: (reason: string) => `the cluster members cannot be listed: ${reason}`,
  offline: (members: readonly string[]) => `${list(members)} cannot be reached`,
  northbound: (reason: string) => `whether the OVN northbound database answers cannot be told: ${reason}`,
  inFlight: (network: string, project: string) => `${networkIn(network, project)} is perhaps being created at this moment; look again later`,
  running: (network: string, project: string, pid: number) => `${networkIn(network, project)} is being created by process ${pid}`,
  network: (network: string, project: string, why: string) => `${networkIn(network, project)} cannot be read: ${why}`,
};

/** What is done meanwhile. */
export const progress = {
  reading: 'reading projects and networks',
  lookingTwice: (records: number) => `looking twice at ${count(records, 'record')}`,
};

export function networkIn(network: string, project: string): string {
  return `network "${network}" in project "${project}"`;
}
