import type { JournalEntry } from '../journal/schema.js';
import { ABSENT } from '../journal/schema.js';
import { reasons } from '../words/rollbacks.js';
import type { Observed } from './observe.js';
import { addedMembers, hasAddedDefinition, isAsAskedFor, isOurs } from './ours.js';

/** What to do about a transaction, given what stands on the server now. */
export type Move =
  /** No record: nothing of ours is there. */
  | { kind: 'nothing-left' }
  /** The network is there as asked for. */
  | { kind: 'keep-created' }
  /** A definition by --target is there as asked for. */
  | { kind: 'keep-defined' }
  /** A record is there that is not ours to touch, and nothing of ours is in it. */
  | { kind: 'leave'; why: string }
  /** Definitions that were there before us: they stay, and can be tried again. */
  | { kind: 'leave-definitions' }
  /** A record that has something of ours in it, and may not be removed. */
  | { kind: 'stuck'; why: string }
  | { kind: 'delete' }
  | { kind: 'delete-row' }
  | { kind: 'cannot-tell'; why: string };

/**
 * How the last request was answered: `yes`; `no`; `taken`, a no that says the network is somebody else's; `failed`, a
 * failure inside the server (status 500 and up); `none`: the connection was lost, or our process died; `open`: it may
 * still be carried out.
 */
export type Answer = 'yes' | 'no' | 'taken' | 'failed' | 'none' | 'open';

export interface Situation {
  answer: Answer;
  /** The user interrupted: what we made is to go, even if it was made well. */
  interrupted: boolean;
}

type Found = Extract<Observed, { kind: 'record' | 'hidden' }>;
type Record = Extract<Observed, { kind: 'record' }>;

/**
 * The heart of rollback and recover, without I/O. Only what was absent before us can be ours, and only what is
 * not in use may go; a network that is Created although the server refused our request is somebody else's.
 */
export function nextMove(entry: JournalEntry, observed: Observed, situation: Situation): Move {
  if (observed.kind === 'unreadable') return { kind: 'cannot-tell', why: observed.reason };
  if (observed.kind === 'record' && observed.status === 'Created') return afterCreated(entry, observed, situation);
  if (situation.answer === 'open') return { kind: 'cannot-tell', why: reasons.atWork };
  if (observed.kind === 'absent') return { kind: 'nothing-left' };
  if (observed.kind === 'record' && isDefinedAsAskedFor(entry, observed, situation)) return { kind: 'keep-defined' };
  if (situation.answer === 'yes' && !situation.interrupted) return { kind: 'cannot-tell', why: reasons.saidYes(statusOf(observed)) };
  if (!isOurs(entry, observed) || (situation.answer === 'taken' && !isOursAlone(entry, observed))) return afterForeign(entry, observed, situation);
  if (observed.kind === 'hidden') return { kind: 'delete-row' };

  return removal(observed);
}

function removal({ usedBy }: Record): Move {
  return usedBy.length > 0 ? { kind: 'stuck', why: reasons.inUse(usedBy) } : { kind: 'delete' };
}

/** Somebody was there first, but what is left is only what we have defined ourselves, and nobody has begun to create it. */
function isOursAlone(entry: JournalEntry, found: Found): boolean {
  return hasAddedDefinition(entry) && found.kind === 'record' && found.status === 'Pending';
}

function statusOf(found: Found): string {
  return found.kind === 'hidden' ? 'hidden' : found.status;
}

function afterCreated(entry: JournalEntry, observed: Record, { answer, interrupted }: Situation): Move {
  if (entry.adopted !== undefined && isOurs(entry, observed)) return removal(observed);
  if (answer === 'taken') return { kind: 'leave', why: '' };
  if (answer === 'no') return { kind: 'leave', why: reasons.somebodyElse };
  if (answer === 'failed') return afterFailure(entry, observed);
  if (answer === 'yes') {
    const isToGo = interrupted && isOurs(entry, observed) && observed.usedBy.length === 0;
    return isToGo ? { kind: 'delete' } : { kind: 'keep-created' };
  }
  return isAsAskedFor(entry, observed) ? { kind: 'keep-created' } : { kind: 'leave', why: reasons.notAsAskedFor };
}

/**
 * The server says that it has failed, and the network is Created. A server that is not clustered makes one network at a
 * time, and answers 409 where one is there: so it failed after it had made ours. In a cluster another member may have
 * made it meanwhile.
 */
function afterFailure(entry: JournalEntry, observed: Record): Move {
  if (!isAsAskedFor(entry, observed)) return { kind: 'leave', why: reasons.notAsAskedFor };
  if (entry.server.members?.length === 0) return { kind: 'keep-created' };

  return { kind: 'leave', why: reasons.byThisOrAnother };
}

/** A half-made record that is not ours as a whole: whatever we added to it cannot be taken out again. */
function afterForeign(entry: JournalEntry, found: Found, { answer }: Situation): Move {
  const { before, steps } = entry;
  const hasOurs = hasAddedDefinition(entry) && !isWithoutOurs(entry, found);
  const hasTriedToCreate = steps.some(({ kind, status }) => kind === 'create-network' && status !== 'todo');
  if (before.status !== ABSENT) {
    return hasTriedToCreate || hasOurs ? { kind: 'leave-definitions' } : { kind: 'leave', why: reasons.wasThere(before.status) };
  }
  if (hasOurs) return { kind: 'stuck', why: reasons.othersInIt };
  return { kind: 'leave', why: answer === 'taken' ? '' : reasons.notOurs };
}

/** Somebody has taken our definitions out of the record already. */
function isWithoutOurs(entry: JournalEntry, found: Found): boolean {
  return found.kind === 'record' && found.locations.length > 0 && !addedMembers(entry).some((member) => found.locations.includes(member));
}

/** A transaction of `--target` alone ends in a pending definition on that member. */
function isDefinedAsAskedFor(entry: JournalEntry, observed: Record, { answer, interrupted }: Situation): boolean {
  const last = entry.steps.at(-1);
  const isDefined = last?.kind === 'define-pending-on-member' && last.member !== undefined && observed.locations.includes(last.member);
  return isDefined && (answer === 'yes' || answer === 'none') && !(interrupted && isOurs(entry, observed));
}
