import type { JournalEntry } from '../journal/schema.js';
import { ABSENT } from '../journal/schema.js';
import type { Observed } from './observe.js';

/*
 * The proof that a record is ours (docs/decisions/0004-what-is-ours.md). Nothing in the record names its
 * maker, so everything has to fit: nothing stood there before us, we have sent what makes such a record,
 * and nothing is in it that we did not send.
 */

type Found = Extract<Observed, { kind: 'record' | 'hidden' }>;

export function isOurs(entry: JournalEntry, found: Found): boolean {
  if (entry.before.status !== ABSENT) return false;
  if (found.kind === 'hidden') return found.row === null || isOurDescription(entry, found.row.description);

  return isOfOurMaking(entry, found) && isWithoutForeignDefinitions(entry, found);
}

/** The first request gives the record its type and description; the keys of the last one may not be written yet. */
function isOfOurMaking(entry: JournalEntry, { type, description, config }: Extract<Found, { kind: 'record' }>): boolean {
  const asked = Object.entries(entry.steps.at(-1)?.request.body.config ?? {});
  const isSame = ([key, value]: [string, string]): boolean => isChosenByServer(value) || config[key] === undefined || config[key] === value;

  return (entry.type === '' || type === entry.type) && isOurDescription(entry, description) && asked.every(isSame);
}

/**
 * 6.0 takes the description from the first request that it sees, 7.0 from the create alone; before that the record of
 * an ovn network has none there (networksPost and networksPostCluster, 7.0.1).
 */
function isOurDescription({ type, steps }: JournalEntry, description: string): boolean {
  const asked = steps.filter(({ status }, index) => index === 0 || status !== 'todo').map(({ request }) => request.body.description);
  return asked.includes(description) || (type === 'ovn' && description === '');
}

/**
 * In a cluster a definition per member is what the record consists of, and DELETE removes all of them. Only
 * an ovn network is defined on every member by the create itself (networksPost, 6.0.4).
 */
function isWithoutForeignDefinitions(entry: JournalEntry, { type, locations }: Extract<Found, { kind: 'record' }>): boolean {
  const { members } = entry.server;
  if (type === 'ovn' || (members !== undefined && members.length < 2)) return true;

  const defined = entry.steps.filter(({ kind, status, taken }) => kind === 'define-pending-on-member' && status !== 'todo' && !taken).map(({ member }) => member);
  return locations.length > 0 && locations.every((location) => defined.includes(location));
}

/** Whether a definition of ours is known to be in the record, be it ours as a whole or not. */
export function hasAddedDefinition(entry: JournalEntry): boolean {
  return addedMembers(entry).length > 0;
}

/** Members on which a definition of ours was made. */
export function addedMembers({ steps }: JournalEntry): string[] {
  return steps.flatMap(({ kind, status, member }) => (kind === 'define-pending-on-member' && status === 'done' && member !== undefined ? [member] : []));
}

/** Type, description and every key that we asked for; what the server chooses by itself (`auto`) may be anything. */
export function isAsAskedFor(entry: JournalEntry, observed: Extract<Observed, { kind: 'record' }>): boolean {
  const body = entry.steps.at(-1)?.request.body;
  if (body === undefined || observed.type !== entry.type) return false;
  const isSame = ([key, value]: [string, string]): boolean => isChosenByServer(value) || observed.config[key] === value;

  return (body.description === '' || observed.description === body.description) && Object.entries(body.config).every(isSame);
}

/** The config that nobody asked for: addresses, the uplink, what follows from them. */
export function chosenByServer({ steps }: JournalEntry, { config }: Pick<Extract<Observed, { kind: 'record' }>, 'config'>): Record<string, string> {
  const asked = steps.at(-1)?.request.body.config ?? {};
  return Object.fromEntries(Object.entries(config).filter(([key]) => isChosenByServer(asked[key] ?? '')));
}

function isChosenByServer(value: string): boolean {
  return value === '' || value === 'auto';
}
