import type { Treatment } from '../repair/treatment.js';
import { count, list } from './grammar.js';

/*
 * What repair says of a record: what will be done, why it is left alone, and how it ended.
 */

/** Why a record is left alone, and what to do then. */
export const reasons = {
  isSound: { why: 'it is Created on every member: the server cannot load it because Open vSwitch or OVN are down', hint: 'bring Open vSwitch and OVN back' },
  noDatabase: (reason: string, repairOnMember: string, statement: string) => ({
    why: `only the database can remove it, and that cannot be reached over this connection: ${reason}`,
    hint: `${repairOnMember}\nor, where incus-safenet is not installed there:\n${statement}`,
  }),
  isLive: (members: readonly string[]) => ({
    why: `it is Created on ${list(members)}, and without its row the server could never take that down`,
    hint: 'bring Open vSwitch and OVN back; then this again',
  }),
  inUse: (users: readonly string[]) => ({ why: `it is in use by ${list(users)}`, hint: 'take it out of their devices; then this again' }),
  offline: (members: readonly string[]) => ({
    why: `${list(members)} cannot be reached, and the server removes a network on all members or not at all`,
    hint: `bring ${list(members)} back; then this again`,
  }),
  interfaceRuns: {
    why: 'its interface runs, though the server takes it for Pending, and would leave the interface behind',
    hint: 'run this on the server itself, as a user who may use the unix socket',
  },
};

export const user = (kind: 'instance' | 'profile', name: string) => `${kind} "${name}"`;

export const ways: Record<Exclude<Treatment['kind'], 'leave'>, string> = {
  delete: 'through the API, on every member',
  'delete-row': 'its row in the database, because the server cannot load it',
  'adopt-and-delete': 'its row is set to Created first, so that the server takes its interface down as well; then through the API',
};

/** What was done, and what stood in the way. */
export const steps = {
  leftAlone: (change: string) => `left alone: ${change}`,
  rowChanged: 'its row changed since it was looked at',
  isGone: 'it is not there any more',
  otherStatus: (now: string, before: string) => `it is ${now} now, and was ${before}`,
  inUseNow: (users: readonly string[]) => `it is in use by ${users.join(', ')} now`,
  noBackup: (cause: string) => `no backup could be made, so nothing was removed: ${cause}`,
  backedUp: (hasRows: boolean, file: string) => `backed up ${hasRows ? 'its rows' : 'its configuration'}: ${file}`,
  interfaceStays: (network: string, members: readonly string[]) => `interface "${network}" stays on ${list(members)}: nothing shows that Incus made it`,
  notReadBack: (reason: string) => `it could not be read back: ${reason}`,
  stillThere: (what: readonly string[]) => `still there: ${what.join(', ')}`,
  readBack: 'read back: nothing of it is left',
};

export const plan = {
  toBeRemoved: (remote: string) => `To be removed on remote "${remote}", each after a backup:`,
  leftAlone: 'Left alone:',
  finishInstead: (command: string) => `or make it a working network instead: ${command}`,
  withoutRow: (type: string | null, status: string | null, states: string) => `type ${type ?? 'unknown'}, ${status ?? 'not loadable'}${states === '' ? '' : `: ${states}`}`,
};

export const endings = {
  titles: { gone: 'Removed', left: 'Not removed:', unknown: 'Not known to be removed:' },
  look: (command: string) => `look at it: ${command}`,
  tryAgain: (command: string) => `try again:  ${command}`,
  deletable: (projects: number) => `${projects === 1 ? 'This project' : 'These projects'} can be deleted now:`,
  occupied: (project: string, users: readonly string[]) => `Project "${project}" still has ${users.length <= 3 ? users.join(', ') : count(users.length, 'thing')} in it.`,
  putBack: 'To put back what was removed:',
  /** The server's own tool works beside the server only. */
  putBackElsewhere: (files: number, command: string) => `on a cluster member, with ${files === 1 ? 'that file' : 'those files'}: ${command}`,
};
