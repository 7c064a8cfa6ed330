import type { Consequence } from '../verdict/decide.js';

/*
 * What create, check and recover say of an outcome. Those without a final period continue another sentence, or are
 * followed by a cause.
 */

export const refusals = {
  cannotCreate: (network: string, project: string, remote: string) =>
    `cannot create network "${network}" in project "${project}"${remote === 'local' ? '' : ` on remote "${remote}"`}`,
  nothingSent: (cannotCreate: string) => `Error: ${cannotCreate}: nothing was sent to the server`,
  onlyOvn: (project: string) => `Project "${project}" has features.networks=true, so only "ovn" networks work in it.`,
  instead: 'Instead:',
  ignore: (checks: readonly string[]) => `Continue anyway: --ignore-check ${checks.join(',')}`,
};

export const consequences: Record<Consequence, string> = {
  'hidden-record': 'The server would fail after writing the record. The record would be invisible, and would block deleting the project.',
  undone: 'The server would fail, and take its record back.',
};

export const judged = {
  fix: (fix: string) => `fix: ${fix}`,
  wouldBeCreated: (network: string) => `Network "${network}" would be created.`,
  wouldBeRefused: (network: string) => `Network "${network}" would be refused.`,
};

export const warnings = {
  dropped: (key: 'name' | 'type') =>
    `Warning: "${key}" in the YAML on standard input is not used; ${key === 'name' ? 'the name is the first argument' : 'say it with --type'}`,
  warning: (detail: string) => `Warning: ${detail}`,
  check: (name: string) => `  check: ${name}`,
  /** Checks that cannot be made without the project. */
  unjudged: (checks: readonly string[]) => `  not judged without it: ${checks.join(', ')}`,
  hint: (fix: string) => `  hint:  ${fix}`,
};

/** The native client's own lines (cmd/incus/network.go, 6.0.4), and what goes with them. */
export const successes = {
  created: (network: string) => `Network ${network} created`,
  pending: (network: string, member: string) => `Network ${network} pending on member ${member}`,
  existed: (network: string) => `Network ${network} exists already, as asked for`,
  despite: (network: string, error: string) => `Warning: the server answered "${error}", and network "${network}" is Created as asked for all the same`,
  chosen: (key: string, value: string) => `chosen by the server: ${key}=${value}`,
};

export const endings = {
  failed: (error: string) => `Error: ${error}`,
  interrupted: (network: string, isRolledBack: boolean) => `Error: interrupted: network "${network}" was ${isRolledBack ? 'rolled back' : 'not created'}`,
  interruptedCause: (error: string) => `  cause: ${error}`,
  unknown: (cannotCreate: string, error: string) => `Error: ${cannotCreate}: ${error}`,
  unknownState: '  state: unknown; the network may or may not be there',
  leftAtWork: (network: string) => `left while the server was still working on network "${network}"`,
  rolledBack: 'Rolled back:',
  notRolledBack: 'The rollback did not finish:',
  leftBehind: 'Left behind:',
  left: (what: string, where: string) => `${what} (${where})`,
};

/** What `recover` says of one transaction. */
export const recoveries = {
  title: (network: string, project: string, remote: string, startedAt: string, id: string) =>
    `network "${network}" in project "${project}" on remote "${remote}", begun ${startedAt} (${id})`,
  running: (pid: number, host: string) => `still running: process ${pid} on host "${host}"`,
  elsewhere: (pid: number, host: string) => `left alone: whether process ${pid} on host "${host}" still runs can only be seen there`,
  elsewhereFix: (command: string) => `if it does not: ${command}`,
  shown: (command: string) => `cut off; to finish it: ${command}`,
  gone: 'finished: another process has done it meanwhile',
  otherServer: 'another server answers there now',
  unreachable: (error: string) => `cannot be finished now: ${error}`,
  created: 'finished: the network is Created as asked for',
  defined: (member: string) => `finished: the network is pending on member ${member} as asked for`,
  nothingLeft: 'finished: nothing of it was left',
  takenBack: 'finished: taken back',
  unknown: (error: string) => `not finished: ${error}`,
  unreadable: (file: string, reason: string) => `Warning: left alone ${file}: ${reason}`,
  none: 'No transaction is open.',
};

/** doctor's lines besides its findings. */
export const diagnoses = {
  nothing: (networks: string, projects: string, remote: string) => `Nothing found: ${networks} in ${projects} on remote "${remote}".`,
  repairAll: (command: string) => `All records at once: ${command}`,
  notSeen: (what: string) => `Not seen: ${what}`,
  onRemote: (remote: string, what: string) => `on remote "${remote}": ${what}`,
  remote: (remote: string) => `Remote "${remote}"`,
  unreadRemote: (remote: string, error: string) => `remote "${remote}": ${error}`,
  subject: (network: string | null, project: string | null) =>
    [...(network === null ? [] : [`network "${network}"`]), ...(project === null ? [] : [`project "${project}"`])].join(' in ') || 'this machine',
  theProject: 'the project',
  onMember: (subject: string, member: string) => `${subject} on member "${member}"`,
};
