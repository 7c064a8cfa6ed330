import type { JournalEntry } from '../journal/schema.js';
import { ABSENT } from '../journal/schema.js';
import type { Observed } from './observe.js';

/** What to do about a transaction, given what stands on the server now. */
export type Move =
  /** No record: nothing of ours is there. */
  | { kind: 'nothing-left' }
  /** The network is there as asked for. */
  | { kind: 'keep-created' }
  /** A definition by --target is there as asked for. */
  | { kind: 'keep-defined' }
  /** A record is there that is not ours to touch. */
  | { kind: 'leave'; why: string }
  | { kind: 'delete' }
  | { kind: 'delete-row' }
  | { kind: 'cannot-tell'; why: string };

/**
 * How the last request was answered: `yes`; `no`; `taken`, a no that says the network is somebody else's;
 * or `none`: the connection was lost, or our process died.
 */
export type Answer = 'yes' | 'no' | 'taken' | 'none';

export interface Situation {
  answer: Answer;
  /** The user interrupted: what we made is to go, even if it was made well. */
  interrupted: boolean;
}

/**
 * The heart of rollback and recover, without I/O. Only what was absent before us can be ours, and only what is
 * not in use may go; a network that is Created although the server refused our request is somebody else's.
 */
export function nextMove(entry: JournalEntry, observed: Observed, { answer, interrupted }: Situation): Move {
  if (observed.kind === 'unreadable') return { kind: 'cannot-tell', why: observed.reason };
  if (observed.kind === 'absent') return { kind: 'nothing-left' };
  if (answer === 'taken') return { kind: 'leave', why: '' };
  if (observed.kind === 'hidden') return afterHidden(entry);

  if (observed.status === 'Created') {
    if (answer === 'no') return { kind: 'leave', why: 'the network is Created, by somebody else' };
    if (answer === 'yes' && interrupted && isOurs(entry) && observed.usedBy.length === 0) return { kind: 'delete' };
    return answer === 'none' && !isAsAskedFor(entry, observed)
      ? { kind: 'leave', why: 'the network is Created, but not as asked for: somebody else made it' }
      : { kind: 'keep-created' };
  }

  if (isDefinedAsAskedFor(entry, observed) && answer !== 'no' && !(interrupted && isOurs(entry))) return { kind: 'keep-defined' };
  if (answer === 'yes' && !interrupted) return { kind: 'cannot-tell', why: `it said yes, and shows the network as ${observed.status}` };
  if (!isOurs(entry)) return { kind: 'leave', why: `the definition was there before (${entry.before.status})` };
  if (observed.usedBy.length > 0) return { kind: 'leave', why: `it is in use by ${observed.usedBy.join(', ')}` };

  return { kind: 'delete' };
}

/** A transaction of `--target` alone ends in a pending definition on that member. */
function isDefinedAsAskedFor(entry: JournalEntry, { locations }: Extract<Observed, { kind: 'record' }>): boolean {
  const last = entry.steps.at(-1);
  return last?.kind === 'define-pending-on-member' && last.member !== undefined && locations.includes(last.member);
}

function afterHidden(entry: JournalEntry): Move {
  return isOurs(entry) ? { kind: 'delete-row' } : { kind: 'leave', why: `the record was there before (${entry.before.status})` };
}

function isOurs(entry: JournalEntry): boolean {
  return entry.before.status === ABSENT;
}

/** Type, description and every key that we asked for; what the server chooses by itself (`auto`) may be anything. */
function isAsAskedFor(entry: JournalEntry, observed: Extract<Observed, { kind: 'record' }>): boolean {
  const body = entry.steps.at(-1)?.request.body;
  if (body === undefined || observed.type !== entry.type) return false;
  const isSame = ([key, value]: [string, string]): boolean => value === '' || value === 'auto' || observed.config[key] === value;

  return (body.description === '' || observed.description === body.description) && Object.entries(body.config).every(isSame);
}
