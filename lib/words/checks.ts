import type { CheckName } from '../checks/check.js';
import { configKeys, configValues, subnetFree } from './checks-config.js';
import { ovnAvailable, ovnUplink } from './checks-ovn.js';
import { list } from './grammar.js';
import type { Complaint } from './values.js';

/*
 * What the checks say. A member is an answer, or a part of one: from what was found to a sentence without a final
 * period. Those named `…Fix` say what to do.
 */

type Wording = Record<string, string | Complaint | ((...found: never[]) => string | Complaint)>;

const projectExists = {
  exists: (project: string) => `project "${project}" exists`,
  isAbsent: (project: string) => `project "${project}" does not exist, or is not visible to you`,
  unreadable: (project: string, reason: string) => `cannot read project "${project}": ${reason}`,
} satisfies Wording;

const projectEffective = {
  notAsked: 'no --project was given',
  unreadable: (project: string) => `cannot tell in which project the network would land: "${project}" cannot be read`,
  landsThere: (project: string) => `the network lands in project "${project}"`,
  landsInDefault: (project: string) => `project "${project}" has features.networks=false, so the network lands in project "default"`,
} satisfies Wording;

const typeSupported = {
  notAsked: 'no --type was given, so the server chooses one that it supports',
  unknownType: (type: string) => `there is no network type "${type}"`,
  typesFix: (types: readonly string[]) => `the types are ${list(types)}`,
  ovnWorks: 'type "ovn" works in every project',
  unreadable: (project: string, type: string) => `cannot tell whether project "${project}" takes type "${type}": the project cannot be read`,
  worksInDefault: (type: string) => `type "${type}" works in project "default"`,
  onlyOvn: (project: string, type: string) => `project "${project}" has features.networks=true, where only type "ovn" works, not "${type}"`,
  alsoMissing: (detail: string, missing: string) => `${detail}; and ${missing}`,
} satisfies Wording;

const typeDefault = {
  given: (type: string) => `--type ${type} was given`,
  unreadable: 'no --type was given, and which one the server takes depends on a project that cannot be read',
  isBridge: 'no --type was given, so the type is "bridge"',
  isOvn: (project: string) => `no --type was given, and project "${project}" has features.networks=true, so the type would be "ovn", not "bridge"`,
} satisfies Wording;

const nameValid = {
  valid: (name: string) => `"${name}" is a valid name`,
  wrong: (name: string, problem: string) => `network name "${name}" ${problem}`,
  unreadable: (name: string) => `cannot tell whether "${name}" is a valid name: the project, and so the type, cannot be read`,
  bridgeFix: 'choose 2 to 15 letters, digits, "-", "_" or "."',
  otherFix: 'choose letters, digits, "-", "_" or ".", at most 64',
  isEmpty: 'is empty',
  isReserved: 'is reserved',
  hasCharacter: (character: string) => `cannot contain "${character}"`,
  tooShort: 'is too short for a bridge',
  noInterface: 'is no name of an interface',
  tooLong: (length: number) => `is too long for a bridge: ${length} characters`,
  notForInterface: 'has characters that an interface cannot have',
  longerThan64: 'is longer than 64 characters',
  hasWhiteSpace: 'contains white space',
  badEnds: 'must start and end with a letter or a digit',
} satisfies Wording;

const nameFree = {
  isAbsent: (name: string) => `no network "${name}" exists`,
  unreadable: (name: string, reason: string) => `cannot tell whether network "${name}" exists: ${reason}`,
  exists: (name: string, status: string) => `network "${name}" already exists (${status})`,
  isHidden: (name: string, reason: string) => `a hidden record of network "${name}" is in the way${reason === '' ? '' : `: ${reason}`}`,
  halfCreated: (name: string) => `network "${name}" was left half-created (Pending)`,
  definedOn: (name: string, member: string) => `network "${name}" is already defined on member "${member}"`,
  isPending: (name: string, members: readonly string[]) => `network "${name}" is Pending, defined on ${members.join(', ') || 'no member'}`,
  isErrored: (name: string) => `network "${name}" is Errored: an earlier create failed`,
  noMoreDefinitions: (said: string) => `${said}, so nothing more can be defined`,
  noMoreConfig: (said: string) => `${said}, and a retry takes no config`,
  afreshFix: (command: string) => `to start afresh instead: ${command}`,
  isRetried: (said: string) => `${said}; this retries it with the config that it had`,
  otherType: (name: string, status: string, type: string, wanted: string) => `network "${name}" is ${status} with type "${type}", not "${wanted}"`,
  /** --if-not-exists. */
  asAskedFor: (name: string) => `network "${name}" exists already, as asked for`,
  differs: (said: string, differences: readonly string[]) => `${said}; ${differences.join('; ')}`,
  difference: (what: string, is: string, wanted: string) => `its ${what} is "${is}", not "${wanted}"`,
} satisfies Wording;

const interfaceFree = {
  notTold: 'cannot tell whether the network needs an interface of its name: the project cannot be read',
  notABridge: 'only a bridge needs an interface of its name',
  nobodyAsked: (name: string) => `cannot tell whether an interface "${name}" exists: no member was asked`,
  ofType: (type: string) => `an interface of type "${type}"`,
  notAnswered: (reason: string) => `cannot be asked: ${reason}`,
  isTaken: (name: string, where: string) => `an interface "${name}" that Incus does not manage is there already${where}`,
  takenFix: (look: string) => `choose another name, or see what it is: ${look}`,
  laterFails: (detail: string) => `${detail}: the create that follows would fail`,
  on: (members: readonly string[]) => ` on ${members.join(', ')}`,
  membersUnreadable: (name: string) => `cannot tell whether an interface "${name}" is there: the cluster members cannot be read`,
  isFree: (name: string) => `no interface "${name}" is in the way`,
  unknown: (name: string, where: string) => `cannot tell whether an interface "${name}" is there${where}`,
} satisfies Wording;

const membersOnline = {
  notClustered: 'the server is not clustered',
  unreadable: (reason: string) => `cannot read the cluster members: ${reason}`,
  down: (members: readonly string[]) => `not online: ${members.join(', ')}; a create has to reach every member`,
  evacuated: (members: readonly string[]) => `in maintenance: ${members.join(', ')}; the create fails where ${members.length === 1 ? 'it' : 'one of them'} does not answer`,
  noSuchTarget: (member: string) => `no member is called "${member}" (members-defined)`,
  targetOnline: (member: string) => `member "${member}" is online`,
  allOnline: 'every member is online',
  member: (name: string, evidence: string) => `${name} (${evidence})`,
  status: (status: string, message: string) => (message === '' ? status : `${status}: ${message}`),
  silent: (status: string, reason: string) => `${status}, but it does not answer: ${reason}`,
} satisfies Wording;

const membersDefined = {
  notTold: 'cannot tell whether the network has to be defined on the members first: there is no such project, and so no type',
  otherProject: (project: string) => `no network but an ovn one can be in project "${project}" (type-supported)`,
  foreignType: 'whether an unknown type has to be defined on the members first is not known either',
  notClustered: 'the server is not clustered',
  ovnTargeted: 'an ovn network is defined on every member by the server itself, not with --target',
  ovn: 'the server itself defines an ovn network on every member',
  oneMember: 'a cluster of one member needs no definition first',
  membersUnreadable: '--all-members defines the network on every member, and the members cannot be read',
  noCluster: (member: string) => `the server is not clustered, so there is no member "${member}"`,
  memberUnknown: (member: string) => `cannot tell whether "${member}" is a cluster member: the members cannot be read`,
  noMember: (member: string, members: readonly string[]) => `no cluster member "${member}"; the members are ${list(members)}`,
  describedLater: 'a description cannot be set for one member with --target: this server takes it with the create that follows',
  defines: (member: string) => `this defines the network on member "${member}"`,
  pairFor: (key: string, member: string) => `${key} for ${member}`,
  dropped: (members: readonly string[], pairs: readonly string[]) => `the network is defined already on ${list(members)}, so that ${list(pairs)} would be dropped`,
  staysAsItIs: (members: readonly string[], keys: readonly string[]) => `the network is defined already on ${list(members)}, where ${list(keys)} ${keys.length === 1 ? 'stays as it is' : 'stay as they are'}`,
  afreshFix: (command: string) => `to start afresh instead: ${command}`,
  addsOthers: (members: readonly string[]) => `--all-members uses the definitions on ${list(members)}, and adds the others`,
  definesAll: '--all-members defines the network on every member',
  recordUnreadable: (name: string) => `cannot tell on which members network "${name}" is defined`,
  isRetried: 'a retry goes by the definitions that are there',
  isTaken: 'the name is taken (name-free)',
  missingUnknown: (members: readonly string[]) => `the network is defined on ${members.length > 0 ? list(members) : 'no member'}; whether a member is missing cannot be read`,
  definedEverywhere: 'the network is defined on every member',
  notDefined: 'not defined',
  isDefined: 'defined',
  missing: (missing: readonly string[], all: number) => `the network is not defined yet on ${missing.length} of ${all} members: ${missing.join(', ')}`,
  missingFix: (atOnce: string, steps: readonly string[]) => [atOnce, 'or, step by step:', ...steps].join('\n'),
} satisfies Wording;

const projectLimits = {
  unreadable: 'cannot read the limits and restrictions of the project',
  blocked: (project: string) => `project "${project}" may use no network at all: restricted.devices.nic=block`,
  notAllowed: (project: string, allowed: readonly string[]) => `project "${project}" allows only these networks: ${allowed.join(', ')}`,
  noLimit: (project: string) => `project "${project}" sets no limit that matters`,
  notCounted: 'limits.networks is not counted in project "default"',
  isCounted: (network: string) => `network "${network}" is counted already`,
  cannotCount: (project: string, limit: string) => `cannot count the networks of project "${project}", which has limits.networks=${limit}`,
  inUse: (number: number, limit: string) => `${number} of ${limit} networks are in use`,
  isFull: (project: string, limit: string, number: number) => `project "${project}" is full: limits.networks=${limit}, and it has ${number}`,
} satisfies Wording;

const journalClean = {
  isClean: (network: string) => `no transaction for network "${network}" was cut off`,
  transaction: (id: string, startedAt: string) => `${id} of ${startedAt}`,
  cutOff: (network: string, transactions: readonly string[]) => `a transaction for network "${network}" was cut off: ${transactions.join(', ')}`,
} satisfies Wording;

/** The words of each check, under its name. */
export const checks = {
  'project-exists': projectExists,
  'project-effective': projectEffective,
  'type-supported': typeSupported,
  'type-default': typeDefault,
  'ovn-available': ovnAvailable,
  'ovn-uplink': ovnUplink,
  'name-valid': nameValid,
  'name-free': nameFree,
  'interface-free': interfaceFree,
  'members-online': membersOnline,
  'members-defined': membersDefined,
  'config-keys': configKeys,
  'config-values': configValues,
  'subnet-free': subnetFree,
  'project-limits': projectLimits,
  'journal-clean': journalClean,
} satisfies Record<CheckName, Wording>;

/** A failure that --ignore-check has turned into a warning. */
export function ignored(detail: string): string {
  return `${detail} (ignored by --ignore-check)`;
}

/** What cannot be told without the project. */
export function noSuchProject(project: string): string {
  return `there is no project "${project}" to tell (project-exists)`;
}

export const noSuchCheck = {
  says: (word: string) => `there is no check "${word}" to ignore`,
  hint: (names: readonly string[]) => `the checks are ${names.join(', ')}, and all`,
};
