import { readMembers } from '../incus/networks.js';
import type { ClusterMember } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalEntry } from '../journal/schema.js';
import { ABSENT, UNREADABLE } from '../journal/schema.js';
import { recoverCommand } from '../words/commands.js';
import { joined, list } from '../words/grammar.js';
import { places, remains } from '../words/rollbacks.js';
import { quote } from '../words/shell.js';
import { memberStatuses } from './look.js';
import type { Observed } from './observe.js';
import { observe } from './observe.js';
import { adoptionOnMember, definitionsRemovalOnMember, removalOnMember } from './on-member.js';
import { addedMembers, hasAddedDefinition, isOurs } from './ours.js';
import type { Left, Result } from './result.js';
import type { Stray } from './read-back.js';
import type { Obstacle } from './removal.js';

/** What is left of ours when the rollback could not finish, with the commands that finish it. */
export async function leftRecord(entry: JournalEntry, what: string[], obstacle: Obstacle | null, server: IncusServer): Promise<Left[]> {
  const [observed, blocking] = await Promise.all([observe(server, entry), awayMembers(server, obstacle)]);
  const names = list(blocking.map(places.member));
  const isUnloadable = observed.kind === 'record' && cannotBeLoaded(obstacle);
  const where = joined([
    places.projectOn(entry.project, entry.server.remote),
    obstacle === null ? '' : places.because(obstacle.text),
    obstacle?.kind === 'runs-unnoticed' ? places.onServerItself(recoverCommand()) : '',
    isMatterOfRights(obstacle) ? places.administrator : '',
    names === '' ? '' : isUnloadable ? places.cannotLoad(names) : places.mustWait(names),
  ]);

  return what.map((one) => ({ what: one, where, command: isUnloadable ? removalOnMember(entry, 'state <> 1') : removal(entry, observed, obstacle) }));
}

/** Interfaces without a record, which no request to the server removes. */
export function leftInterfaces({ network }: JournalEntry, strays: Stray[]): Left[] {
  return strays.map(({ member, isOfIncus }) => ({
    what: remains.newInterface(network, isOfIncus),
    where: isOfIncus ? places.member(member) : places.lookFirst(member),
    command: isOfIncus ? `ip link delete dev ${quote(network)}` : `ip -details link show dev ${quote(network)}`,
  }));
}

/** Members without which nothing can be deleted. */
export async function awayMembers(server: IncusServer, obstacle: Obstacle | null): Promise<string[]> {
  return (await readMembersSafely(server)).filter((member) => isAway(member, obstacle)).map(({ server_name: name }) => name);
}

/** A member that the cluster misses, or that stood in the way: for some seconds a dead member still counts as Online. */
function isAway({ status, url }: ClusterMember, obstacle: Obstacle | null): boolean {
  return status === 'Offline' || (URL.canParse(url) && obstacle?.text.includes(new URL(url).host) === true);
}

function removal(entry: JournalEntry, observed: Observed, obstacle: Obstacle | null): string {
  if (observed.kind === 'hidden') return observed.row === null ? removalOnMember(entry) : recoverCommand(entry.id);
  if (obstacle?.kind === 'runs-unnoticed') return adoptionOnMember(entry);
  // A DELETE would take interfaces with it that are not the network's (removal.ts), so nobody is told to send one.
  if (obstacle?.kind === 'bystanders') return removalOnMember(entry);
  return observed.kind === 'record' && (!isOurs(entry, observed) || isMatterOfRights(obstacle)) ? native(entry, 'delete', ['--project', entry.project]) : recoverCommand(entry.id);
}

/** Restricted to a project that shares the networks of `default`, one may create there and not delete (measured on 6.0.4). The words of 6.0.4, and of 7.0.2. */
function isMatterOfRights(obstacle: Obstacle | null): boolean {
  if (obstacle?.kind === 'failed') return /^(not authorized|Certificate is restricted)|does not have permission/.test(obstacle.text);
  return obstacle?.kind === 'bystanders';
}

/**
 * A member without Open vSwitch cannot take part in a DELETE either. The members before it have done theirs by then,
 * although the database still has the network Created there (networkDelete, 6.0.4): only its record is left.
 */
function cannotBeLoaded(obstacle: Obstacle | null): boolean {
  return obstacle !== null && obstacle.text.startsWith('failed to notify peer') && obstacle.text.includes('Failed loading network');
}

/** A create that failed on definitions that were there before us: they stay, and can be tried again. */
export async function leftDefinitions(entry: JournalEntry, observed: Observed, error: string, server: IncusServer): Promise<Result> {
  const live = await liveMembers(entry, server);
  const repair = ['incus-safenet', 'repair', subject(entry), '--project', entry.project].map(quote).join(' ');
  if (entry.before.status === UNREADABLE) {
    const where = places.liveIn(entry.project, entry.server.remote, live);
    return { kind: 'left-behind', error, rollback: null, left: [{ what: remains.unreadBefore(entry.network), where, command: repair }] };
  }

  return {
    kind: 'left-behind',
    error,
    rollback: null,
    left: [
      { what: remains.oldDefinitions(entry.network), where: places.retry(live), command: retry(entry, observed) },
      ...addedDefinitions(entry, observed),
      { what: remains.removeInstead, where: places.project(entry.project), command: repair },
    ],
  };
}

/** What we added to definitions that were there before. The API removes all of them or none. */
function addedDefinitions(entry: JournalEntry, observed: Observed): Left[] {
  if (!hasAddedDefinition(entry)) return [];
  const what = remains.addedDefinitions(addedMembers(entry));
  return isPending(observed)
    ? [{ what, where: inDatabaseOnly(entry), command: definitionsRemovalOnMember(entry, addedMembers(entry)) }]
    : [{ what, where: places.withOthers(entry.project), command: native(entry, 'delete', ['--project', entry.project]) }];
}

/** Our definitions in a record that is somebody else's; null where the create has begun, so that they go with the others only. */
export function leftOwnDefinitions(entry: JournalEntry, observed: Observed): Left[] | null {
  if (!hasAddedDefinition(entry) || !isPending(observed)) return null;
  const what = remains.ourDefinitions(entry.network, addedMembers(entry));
  return [{ what, where: inDatabaseOnly(entry), command: definitionsRemovalOnMember(entry, addedMembers(entry)) }];
}

function isPending(observed: Observed): observed is Extract<Observed, { kind: 'record' }> {
  return observed.kind === 'record' && observed.status === 'Pending';
}

function inDatabaseOnly({ project, server }: JournalEntry): string {
  return places.inDatabaseOnly(project, server.remote);
}

/** The native commands that the server will accept: the definitions that are missing, then the create. */
function retry(entry: JournalEntry, observed: Observed): string {
  const last = entry.steps.at(-1)?.request.body;
  // After the first try the server has the global config, and refuses it in a second one (networksPostCluster, 6.0.4).
  const config = isPending(observed) || observed.kind === 'hidden' ? Object.entries(last?.config ?? {}).map(([key, value]) => `${key}=${value}`) : [];
  const missing = isPending(observed) && entry.type !== 'ovn' ? (entry.server.members ?? []).filter((member) => !observed.locations.includes(member)) : [];
  const common = ['--type', entry.type, '--project', entry.project];

  return [
    ...missing.map((member) => {
      const own = entry.steps.find((step) => step.kind === 'define-pending-on-member' && step.member === member)?.request.body.config ?? {};
      return native(entry, 'create', [...Object.entries(own).map(([key, value]) => `${key}=${value}`), ...common, '--target', member]);
    }),
    native(entry, 'create', [...config, ...common]),
  ].join(' && ');
}

function native(entry: JournalEntry, verb: 'create' | 'delete', words: string[]): string {
  return ['incus', 'network', verb, subject(entry), ...words].map(quote).join(' ');
}

function subject({ server, network }: JournalEntry): string {
  return server.remote === 'local' ? network : `${server.remote}:${network}`;
}

async function liveMembers(entry: JournalEntry, server: IncusServer): Promise<string[]> {
  try {
    return (await memberStatuses(entry, server)).filter(({ status }) => status === 'Created').map(({ member }) => member);
  } catch {
    return [];
  }
}

async function readMembersSafely(server: IncusServer): Promise<ClusterMember[]> {
  try {
    return await readMembers(server);
  } catch {
    return [];
  }
}

/** Whether what is left keeps the transaction open: definitions that were there before us are nothing to finish. */
export function isOpenStill(entry: JournalEntry, result: Result): boolean {
  return result.kind === 'unknown' || (result.kind === 'left-behind' && entry.before.status === ABSENT);
}
