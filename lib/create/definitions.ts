import { causeText } from '../errors.js';
import { definitionBackup, deleteDefinition } from '../incus/definitions.js';
import { readRow } from '../incus/rows.js';
import type { JournalEntry } from '../journal/schema.js';
import { progress, steps as says } from '../words/rollbacks.js';
import type { Observed } from './observe.js';
import { addedMembers } from './ours.js';
import type { Rollback } from './result.js';
import type { Settling } from './settle.js';

/**
 * Takes the definitions that we have added out of a set of which others are not ours, as long as nobody has begun
 * to create the network. Null where that is not to be done: then they stay with the others.
 */
export async function takeBackDefinitions(entry: JournalEntry, observed: Observed, { server, journal, onProgress }: Settling): Promise<Rollback | null> {
  const ours = addedMembers(entry);
  if (observed.kind !== 'record' || observed.status !== 'Pending' || ours.length === 0 || !(await journal.holds(entry))) return null;

  const rollback: Rollback = { attempted: true, verified: false, steps: [] };
  onProgress(progress.takingBack);
  try {
    const row = await readRow(server, entry);
    const found = row?.members.filter(({ member }) => ours.includes(member)) ?? [];
    if (row === null || found.length !== ours.length) return null;

    const backup = await Promise.all(found.map(({ nodeId }) => definitionBackup(server, row, nodeId)));
    rollback.steps.push(says.definitionsBackedUp(await journal.backup(`${entry.id}-definitions.sql`, backup.join(''))));
    for (const { nodeId, member } of found) {
      const isGone = await deleteDefinition(server, row, nodeId);
      rollback.steps.push(isGone ? says.definitionTakenBack(member) : says.definitionInUse(member));
    }
    const left = (await readRow(server, entry))?.members.map(({ member }) => member) ?? [];
    rollback.verified = !left.some((member) => ours.includes(member));
    if (rollback.verified) rollback.steps.push(says.definitionsReadBack(left));
  } catch (error) {
    // Over HTTPS to 6.0, for one, nobody may do this.
    rollback.steps.push(says.definitionsFailed(causeText(error)));
  }
  return rollback;
}
