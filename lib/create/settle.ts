import { causeText } from '../errors.js';
import { readRow } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalEntry } from '../journal/schema.js';
import type { JournalStore } from '../journal/store.js';
import { causes, obstacles, progress, remains, steps as says } from '../words/rollbacks.js';
import { adoptAndRemove, runsUnnoticed } from './adopt.js';
import { takeBackDefinitions } from './definitions.js';
import { awayMembers, leftDefinitions, leftInterfaces, leftOwnDefinitions, leftRecord } from './left.js';
import { observeSettled } from './look.js';
import type { Situation } from './next-move.js';
import { nextMove } from './next-move.js';
import type { Observed } from './observe.js';
import { observe } from './observe.js';
import { chosenByServer } from './ours.js';
import { readBack, strayInterfaces } from './read-back.js';
import type { Obstacle, Removing } from './removal.js';
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
  /** Seconds to wait for the answer to a request that changes something. */
  wait: number;
  /** Lets that many milliseconds go by. */
  pause(milliseconds: number): Promise<void>;
}

/**
 * Brings a transaction whose request failed, was interrupted or got no answer to its end: reads what is
 * there, keeps what was made as asked for, takes back what is ours and half-made, and reads back. The same
 * for a create that goes wrong and for `recover` in a later process. `error` is why we are here.
 */
export async function settle(entry: JournalEntry, situation: Situation, error: string, settling: Settling): Promise<Result> {
  const settled = await observeSettled(entry, situation, settling);
  if (settled === 'in-flight') return { kind: 'unknown', error: causes.stillWorking(error) };

  const observed = await withoutSuccessor(entry, settled, settling.server);
  const move = nextMove(entry, observed, situation);
  switch (move.kind) {
    case 'nothing-left':
      return withoutRecord(entry, situation, error, settling);
    case 'keep-created':
      return { ...created(entry, observed), ...(situation.answer === 'failed' ? { despite: error } : {}) };
    case 'keep-defined':
      return { kind: 'defined', member: entry.steps.at(-1)?.member ?? '' };
    case 'leave':
      return end(situation, move.why === '' ? error : causes.leftAlone(error, move.why), null);
    case 'leave-definitions':
      return withoutOurDefinitions(entry, observed, situation, error, settling, () => leftDefinitions(entry, observed, error, settling.server));
    case 'stuck':
      return withoutOurDefinitions(entry, observed, situation, error, settling, async () => ({
        kind: 'left-behind',
        error,
        rollback: null,
        left:
          (observed.kind === 'record' && observed.usedBy.length === 0 ? leftOwnDefinitions(entry, observed) : null) ??
          (await leftRecord(entry, [remains.record(entry.network)], { kind: 'failed', text: move.why }, settling.server)),
      }));
    case 'cannot-tell':
      return { kind: 'unknown', error: causes.unreadable(error, move.why) };
    case 'delete':
    case 'delete-row':
      return undo(entry, observed, situation, error, settling);
  }
}

/** A row that a rollback had begun to remove may be gone by now, and another one have its name: then ours is absent. */
async function withoutSuccessor(entry: JournalEntry, observed: Observed, server: IncusServer): Promise<Observed> {
  if (entry.adopted === undefined || observed.kind !== 'record') return observed;
  try {
    return (await readRow(server, entry))?.id === entry.adopted ? observed : { kind: 'absent' };
  } catch (error) {
    return { kind: 'unreadable', reason: causeText(error) };
  }
}

/** Others have a part in the record: ours is taken out of it where that can be done; else all of it is left, as `left` says. */
async function withoutOurDefinitions(
  entry: JournalEntry,
  observed: Observed,
  situation: Situation,
  error: string,
  settling: Settling,
  left: () => Promise<Result>,
): Promise<Result> {
  const rollback = await takeBackDefinitions(entry, observed, settling);
  if (rollback?.verified) return end(situation, error, rollback);

  const result = await left();
  return rollback !== null && result.kind === 'left-behind' ? { ...result, rollback } : result;
}

/** The server took its record back by itself, or never wrote one; its interface should be gone as well. */
async function withoutRecord(entry: JournalEntry, situation: Situation, error: string, { server }: Settling): Promise<Result> {
  if (situation.answer === 'taken') return end(situation, error, null);
  const stray = await strayInterfaces(entry, server).catch(() => []);
  return stray.length === 0 ? end(situation, error, null) : { kind: 'left-behind', error, rollback: null, left: leftInterfaces(entry, stray) };
}

/** What the server refuses for a moment (a busy database, say) is tried once more, from a new look on. */
const ATTEMPTS = 2;

async function undo(entry: JournalEntry, found: Observed, situation: Situation, error: string, settling: Settling): Promise<Result> {
  const { server, journal, wait, onProgress } = settling;
  const rollback: Rollback = { attempted: true, verified: false, steps: [] };
  onProgress(progress.rollingBack);

  for (let attempt = 1, observed = found; ; attempt++) {
    // Somebody who has finished this transaction has made room for others under the same name.
    if (!(await journal.holds(entry))) return { kind: 'unknown', error: causes.takenOver(error) };
    const removing = { key: entry, server, journal, backupName: `${entry.id}.sql`, wait, steps: rollback.steps };
    const obstacle = await remove(entry, observed, removing);

    const back = await readBack(entry, server);
    if (back.kind === 'unreadable') return { kind: 'unknown', error: causes.notReadBack(error, back.reason) };
    if (back.kind === 'gone') {
      rollback.verified = true;
      rollback.steps.push(says.readBack);
      return end(situation, error, rollback);
    }
    if (obstacle?.kind === 'still-open') return { kind: 'unknown', error: causes.stillOpen(error, obstacle.text) };
    // Somebody may have begun to use it between our look and our DELETE, which the server then refuses.
    const now = await observe(server, entry);
    if (nextMove(entry, now, situation).kind === 'keep-created') return created(entry, now);

    const again = attempt < ATTEMPTS && obstacle !== null ? await removableStill(entry, situation, obstacle, settling) : null;
    if (again === null) {
      const left = now.kind === 'absent' && back.interfaces.length > 0 ? leftInterfaces(entry, back.interfaces) : await leftRecord(entry, back.what, obstacle, server);
      return { kind: 'left-behind', error, rollback, left };
    }
    observed = again;
  }
}

/** Removes what is ours in the way that takes all of it; resolves to what stood in the way, or null. */
async function remove(entry: JournalEntry, observed: Observed, removing: Removing): Promise<Obstacle | null> {
  if (observed.kind === 'hidden') return removeRow(observed, removing);
  const { server, journal, steps } = removing;
  try {
    if (!(await runsUnnoticed(entry, observed, server))) return await removeRecord(removing);
    const row = await readRow(server, entry);
    if (row === null) return { kind: 'failed', text: obstacles.changed };

    // Without this it would pass for a network that was Created as asked for.
    entry.adopted = row.id;
    await journal.update(entry);
    return await adoptAndRemove(row, removing);
  } catch (error) {
    steps.push(says.leftRunning);
    return { kind: 'runs-unnoticed', text: obstacles.runsUnnoticed(causeText(error)) };
  }
}

/** What is there, where it is ours to remove as before and no member is missing for it. */
async function removableStill(entry: JournalEntry, situation: Situation, obstacle: Obstacle, settling: Settling): Promise<Observed | null> {
  if ((await awayMembers(settling.server, obstacle)).length > 0) return null;
  const observed = await observeSettled(entry, situation, settling);
  if (observed === 'in-flight') return null;
  const { kind } = nextMove(entry, observed, situation);

  return (kind === 'delete' && observed.kind === 'record') || (kind === 'delete-row' && observed.kind === 'hidden' && observed.row !== null) ? observed : null;
}

function created(entry: JournalEntry, observed: Observed): Result {
  return { kind: 'created', chosen: observed.kind === 'record' ? chosenByServer(entry, observed) : {} };
}

function end({ interrupted, answer }: Situation, error: string, rollback: Rollback | null): Result {
  if (!interrupted) return { kind: 'failed', error, rollback };
  return { kind: 'interrupted', ...(answer === 'yes' ? {} : { error }), rollback };
}
