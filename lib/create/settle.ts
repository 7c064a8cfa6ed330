import { causeText } from '../errors.js';
import type { NetworkKey } from '../incus/networks.js';
import { readMembers, waitForCreateLock } from '../incus/networks.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalEntry } from '../journal/schema.js';
import type { JournalStore } from '../journal/store.js';
import { leftRecord, leftRow } from './left.js';
import type { Situation } from './next-move.js';
import { nextMove } from './next-move.js';
import type { Observed } from './observe.js';
import { observe } from './observe.js';
import { readBack } from './read-back.js';
import { removeRecord, removeRow } from './removal.js';
import type { Result, Rollback } from './result.js';

/** What settling a transaction works with. */
export interface Settling {
  server: IncusServer;
  journal: JournalStore;
  /** Told what is being waited for or undone, for a person who watches. */
  onProgress(text: string): void;
  /** Milliseconds to wait for a create that is still in flight on the server. */
  patience: number;
  /** Lets that many milliseconds go by. */
  pause(milliseconds: number): Promise<void>;
}

/** Two looks this far apart (milliseconds) must agree before a cluster's record counts as nobody's work in progress. */
const SECOND_LOOK = 2_000;

/**
 * Brings a transaction whose request failed, was interrupted or got no answer to its end: reads what is
 * there, keeps what was made as asked for, takes back what is ours and half-made, and reads back. The same
 * for a create that goes wrong and for `recover` in a later process. `error` is why we are here.
 */
export async function settle(entry: JournalEntry, situation: Situation, error: string, settling: Settling): Promise<Result> {
  const key = keyOf(entry);
  const observed = await observeSettled(key, situation, settling);
  if (observed === 'in-flight') return { kind: 'unknown', error: `${error}; the server is still working on it` };

  const move = nextMove(entry, observed, situation);
  switch (move.kind) {
    case 'nothing-left':
      return end(situation, error, null);
    case 'keep-created':
      return { kind: 'created' };
    case 'keep-defined':
      return { kind: 'defined', member: entry.steps.at(-1)?.member ?? '' };
    case 'leave':
      return isTheirDefinition(entry, observed)
        ? leftRecord(entry, observed, error, settling.server)
        : end(situation, move.why === '' ? error : `${error}; left alone: ${move.why}`, null);
    case 'cannot-tell':
      return { kind: 'unknown', error: `${error}; the server cannot be read: ${move.why}` };
    case 'delete':
    case 'delete-row':
      return undo(entry, observed, situation, error, settling);
  }
}

export function keyOf(entry: JournalEntry): NetworkKey {
  return { project: entry.project, network: entry.network };
}

/** Reads the record once nobody is at work on it any more. */
async function observeSettled(key: NetworkKey, { answer, interrupted }: Situation, settling: Settling): Promise<Observed | 'in-flight'> {
  const first = answer === 'none' ? null : await observe(settling.server, key);
  // Answered, and nothing half-made in sight that could be ours to undo: nothing to wait for.
  if (first !== null && (!isHalfMade(first) || answer === 'taken' || (answer === 'yes' && !interrupted))) return first;

  try {
    return await lookTwice(key, settling);
  } catch (error) {
    return { kind: 'unreadable', reason: causeText(error) };
  }
}

/**
 * A record that is half made may be somebody's create that is still running. The server's lock tells for the
 * answering member; through another member of a cluster it shows as Errored or Pending until it is done. So
 * two looks, with the lock free before each, must agree.
 */
async function lookTwice(key: NetworkKey, { server, patience, onProgress, pause }: Settling): Promise<Observed | 'in-flight'> {
  let last: Observed | null = null;
  for (let looks = 0; looks < 10; looks++) {
    onProgress('waiting until the server has finished');
    if (!(await waitForCreateLock(server, key.project, patience))) return 'in-flight';
    const now = await observe(server, key);
    if (!isHalfMade(now) || JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
    onProgress('looking twice before anything is undone');
    await pause(SECOND_LOOK);
  }
  return 'in-flight';
}

function isHalfMade(observed: Observed): boolean {
  return observed.kind === 'record' && observed.status !== 'Created';
}

async function readMembersSafely(server: IncusServer): Promise<{ server_name: string; status: string }[]> {
  try {
    return await readMembers(server);
  } catch {
    return [];
  }
}

async function undo(entry: JournalEntry, observed: Observed, situation: Situation, error: string, settling: Settling): Promise<Result> {
  const { server, journal, onProgress } = settling;
  const rollback: Rollback = { attempted: true, verified: false, steps: [] };
  onProgress('rolling back');

  const removing = { key: keyOf(entry), server, journal, backupName: `${entry.id}.sql`, steps: rollback.steps };
  const obstacle = observed.kind === 'hidden' ? await removeRow(observed, removing) : await removeRecord(removing);
  const remains = await readBack(entry, server);
  if (remains.kind === 'unreadable') return { kind: 'unknown', error: `${error}; the rollback could not be read back: ${remains.reason}` };
  if (remains.kind === 'gone') {
    rollback.verified = true;
    rollback.steps.push('read back: nothing of it is left');
    return end(situation, error, rollback);
  }

  const offline = (await readMembersSafely(server)).filter(({ status }) => status === 'Offline').map(({ server_name: name }) => name);
  return { kind: 'left-behind', error, rollback, left: leftRow(entry, remains.what, obstacle ?? '', offline) };
}

function end({ interrupted }: Situation, error: string, rollback: Rollback | null): Result {
  return interrupted ? { kind: 'interrupted', rollback } : { kind: 'failed', error, rollback };
}

function isTheirDefinition(entry: JournalEntry, observed: Observed): boolean {
  const wantedCreate = entry.steps.some(({ kind, status }) => kind === 'create-network' && status !== 'todo');
  return wantedCreate && isHalfMade(observed) && entry.before.status !== 'absent';
}
