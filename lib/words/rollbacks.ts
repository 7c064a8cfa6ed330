import { joined } from './grammar.js';

/*
 * What is said while a create is settled: why its outcome is what it is, what was done, what is left and where.
 */

/** Why the outcome is not known, or what the server did instead. They continue the error that led there. */
export const causes = {
  cutOff: 'the create was cut off',
  noAnswer: (seconds: number) => `no answer within ${seconds} s`,
  saidCreated: 'the server said that it created the network',
  leftAlone: (error: string, why: string) => `${error}; left alone: ${why}`,
  goneMeanwhile: 'the server said that it created the network, and now there is none: somebody deleted it meanwhile',
  notBorneOut: (missing: readonly { member: string; status: string }[]) =>
    `the server said that it created the network, and not every member bears it out: ${joined(missing.map(({ member, status }) => `${places.member(member)} ${status}`))}`,
  stillWorking: (error: string) => `${error}; the server is still working on it`,
  unreadable: (error: string, why: string) => `${error}; the server cannot be read: ${why}`,
  takenOver: (error: string) => `${error}; another process has taken over this transaction`,
  notReadBack: (error: string, reason: string) => `${error}; the rollback could not be read back: ${reason}`,
  stillOpen: (error: string, obstacle: string) => `${error}; the rollback: ${obstacle}, and may still be carried out`,
};

/** Why a record is left as it is, or cannot be told. */
export const reasons = {
  atWork: 'it may still be at work on our request',
  saidYes: (status: string) => `it said yes, and shows the network as ${status}`,
  inUse: (users: readonly string[]) => `it is in use by ${users.join(', ')}`,
  somebodyElse: 'the network is Created, by somebody else',
  notAsAskedFor: 'the network is Created, but not as asked for: somebody else made it',
  byThisOrAnother: 'the network is Created all the same, as asked for, by this create or by another one',
  wasThere: (status: string) => `the definition was there before (${status})`,
  othersInIt: 'definitions that are not ours are in it, and would be removed too',
  notOurs: 'the record is not ours',
};

/** What a member says of the network. */
export const members = {
  hasNone: 'has no such network',
  showsItAs: (status: string) => `shows it as ${status}`,
  notAsked: (cause: string) => `cannot be asked: ${cause}`,
};

export const progress = {
  creating: (network: string) => `creating network "${network}"`,
  defining: (network: string, member: string, later: readonly string[]) =>
    `defining network "${network}" on member ${member}${later.length === 0 ? '' : `, then on ${later.join(', ')}`}`,
  waiting: 'waiting until the server has finished',
  lookingTwice: 'looking twice before anything is undone',
  rollingBack: 'rolling back',
  takingBack: 'taking our definitions back',
  asking: 'asking every member for the network',
  entryStays: (cause: string) => `the journal entry stays: ${cause}`,
};

const runsUnnoticed = 'its interface may run although the server takes it for Pending, and DELETE would leave that behind';

/** What was done, in order. */
export const steps = {
  deleted: (network: string, project: string) => `deleted network "${network}" in project "${project}"`,
  deleteFailed: (cause: string) => `delete failed: ${cause}`,
  notDeleted: (network: string, members: readonly string[]) =>
    `not deleted through the API: that would destroy interface "${network}" on ${members.join(', ')}, which Incus did not make`,
  noDatabase: (why: string) => `cannot reach the database over this connection: ${why}`,
  rowBackedUp: (file: string) => `backed up the row: ${file}`,
  rowDeleted: (row: number, network: string) => `deleted the row ${row} of network "${network}"`,
  rowChanged: 'the row had changed, so it was not deleted',
  rowFailed: (cause: string) => `removing the row failed: ${cause}`,
  rowAdopted: 'set the row of its member to Created, because it runs, and DELETE passes over what is Pending',
  rowNotAdopted: 'the row had changed, so nothing was removed',
  adoptionFailed: (cause: string) => `setting the row right failed: ${cause}`,
  leftRunning: `not deleted: ${runsUnnoticed}`,
  definitionsBackedUp: (file: string) => `backed up our definitions: ${file}`,
  definitionTakenBack: (member: string) => `took back the definition on member "${member}"`,
  definitionInUse: (member: string) => `the definition on member "${member}" is in use by now`,
  definitionsReadBack: (members: readonly string[]) => `read back: the network is defined on ${members.join(', ')} as before`,
  definitionsFailed: (cause: string) => `our definitions could not be taken back: ${cause}`,
  readBack: 'read back: nothing of it is left',
};

/** What stood in the way. */
export const obstacles = {
  changed: 'the record changed while it was being removed',
  notAnswered: (seconds: number) => `DELETE was not answered within ${seconds} s`,
  bystanders: (members: readonly string[], cause: string) =>
    `an interface of that name that Incus did not make stands on ${members.join(', ')}, and the database cannot be reached: ${cause}`,
  runsUnnoticed: (cause: string) => `${runsUnnoticed}: ${cause}`,
};

/** What is left. */
export const remains = {
  record: (network: string) => `the record of network "${network}"`,
  row: (row: number) => `row ${row} in the database`,
  listed: 'its name in the list of networks',
  mark: (project: string) => `its mark on project "${project}"`,
  interfaceOn: (network: string, member: string | null) => `interface "${network}" on ${places.member(member)}`,
  newInterface: (network: string, isOfIncus: boolean) =>
    `interface "${network}", which was not there before${isOfIncus ? ', and which Incus has made' : '; nothing shows who has made it'}`,
  unreadBefore: (network: string) => `the record of network "${network}", which may have been there before: it could not be read then`,
  oldDefinitions: (network: string) => `the definitions of network "${network}" that were there before`,
  addedDefinitions: (on: readonly string[]) => `among them, ours on ${on.join(', ')}`,
  removeInstead: 'or, to remove the definitions instead',
  ourDefinitions: (network: string, on: readonly string[]) => `our definition of network "${network}" on ${on.join(', ')}, beside others that stay`,
};

/** Where it is, and what has to be so before its command can work. */
export const places = {
  /** Null: a server that is not clustered. */
  member: (name: string | null) => (name === null ? 'the server' : `member "${name}"`),
  lookFirst: (member: string | null) => `${places.member(member)}; look at it, and delete it only if it is nobody else’s`,
  project: (project: string) => `project "${project}"`,
  projectOn: (project: string, remote: string) => `project "${project}" on remote "${remote}"`,
  because: (obstacle: string) => `because: ${obstacle}`,
  administrator: 'an administrator has to run this',
  onServerItself: (then: string) => `an administrator has to run this on the server itself; then ${then}`,
  inDatabaseOnly: (project: string, remote: string) => `project "${project}" on remote "${remote}"; an administrator has to run this on a cluster member`,
  cannotLoad: (members: string) => `${members} cannot load it, so the server cannot delete it`,
  mustWait: (members: string) => `the rollback has to wait until ${members} can be reached again`,
  liveIn: (project: string, remote: string, live: readonly string[]) => `${places.projectOn(project, remote)}, ${liveOn(live)}`,
  retry: (live: readonly string[]) => `${liveOn(live)}; the retry works once the cause is gone`,
  withOthers: (project: string) => `project "${project}"; it goes with the others only`,
};

function liveOn(members: readonly string[]): string {
  return members.length > 0 ? `live already on ${members.join(', ')}` : 'live on no member';
}
