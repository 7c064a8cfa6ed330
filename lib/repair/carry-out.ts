import { adoptAndRemove } from '../create/adopt.js';
import { readBack } from '../create/read-back.js';
import type { Obstacle, Removing } from '../create/removal.js';
import { USUAL_WAIT, removeRecord, removeRow } from '../create/removal.js';
import type { BrokenRecord } from '../doctor/broken-record.js';
import { inParallel, SIDE_BY_SIDE } from '../doctor/parallel.js';
import { causeText } from '../errors.js';
import { hasInterface, readNetwork } from '../incus/networks.js';
import { readRow } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalStore } from '../journal/store.js';
import { joined } from '../words/grammar.js';
import { steps as says } from '../words/repairs.js';
import type { Backup, BackupNames } from './backup.js';
import { keep, noBackup } from './backup.js';
import type { Treatment } from './treatment.js';

/** How the repair of one record ended. */
export interface Repaired {
  record: BrokenRecord;
  /** `gone`: read back. `left`: something stands in the way. `unknown`: it could not be read back. */
  ending: 'gone' | 'left' | 'unknown';
  /** What was done, in words. */
  steps: string[];
  /** What stands in the way, and what is left. */
  obstacle: string;
  backup: Backup | null;
}

export interface CarryingOut {
  server: IncusServer;
  journal: JournalStore;
  remote: string;
  isClustered: boolean;
  names: BackupNames;
}

/** Removes one record as planned, unless it changed since it was looked at; backs up before and reads back after. */
export async function carryOut(record: BrokenRecord, treatment: Exclude<Treatment, { kind: 'leave' }>, carrying: CarryingOut): Promise<Repaired> {
  const { server, journal, isClustered, names } = carrying;
  const steps: string[] = [];
  const ended = (ending: Repaired['ending'], obstacle: string, backup: Backup | null): Repaired => ({ record, ending, steps, obstacle, backup });

  const change = await changeSince(record, server);
  if (change !== null) return ended('left', says.leftAlone(change), null);
  const interfaces = treatment.kind === 'adopt-and-delete' ? [] : await foreignInterfaces(record, isClustered, server);

  let backup: Backup;
  try {
    backup = await keep(record, names, carrying);
  } catch (error) {
    return ended('left', noBackup(error), null);
  }
  // What changes a row says so itself.
  if (treatment.kind === 'delete') steps.push(says.backedUp(record.row !== null, backup.file));

  const obstacle = await remove(record, treatment.kind, { key: record, server, journal, backupName: names.of(record, 'sql'), wait: USUAL_WAIT, steps });

  if (interfaces.length > 0) steps.push(says.interfaceStays(record.network, interfaces));
  const remains = await readBack({ project: record.project, network: record.network, type: record.type ?? '', before: { interfaces } }, server);
  if (remains.kind === 'gone') return ended('gone', '', backup);
  if (remains.kind === 'unreadable') return ended('unknown', says.notReadBack(remains.reason), backup);
  return ended('left', joined([obstacle?.text ?? '', says.stillThere(remains.what)]), backup);
}

function remove(record: BrokenRecord, how: Exclude<Treatment['kind'], 'leave'>, removing: Removing): Promise<Obstacle | null> {
  if (how === 'delete-row') return removeRow(record, removing);
  return how === 'adopt-and-delete' && record.row !== null ? adoptAndRemove(record.row, removing) : removeRecord(removing);
}

/** What is different from when the plan was made; null where nothing is. */
async function changeSince(record: BrokenRecord, server: IncusServer): Promise<string | null> {
  try {
    if (record.row !== null && JSON.stringify(await readRow(server, record)) !== JSON.stringify(withoutProject(record.row))) return says.rowChanged;
    // A record that cannot be loaded is told by its row, and the statement that removes it looks at that again.
    if (record.status === null) return null;

    const now = await readNetwork(server, record);
    if (now === null) return says.isGone;
    if (now.status !== record.status) return says.otherStatus(now.status, record.status);
    return now.used_by.length > 0 ? says.inUseNow(now.used_by) : null;
  } catch (error) {
    return causeText(error);
  }
}

/** A row read in a survey has its project's name with it. */
function withoutProject({ id, projectId, name, description, state, type, members }: NonNullable<BrokenRecord['row']>): unknown {
  return { id, projectId, name, description, state, type, members };
}

/** Members on which an interface of the network's name is not the network's: it is to be there afterwards as well. */
async function foreignInterfaces(record: BrokenRecord, isClustered: boolean, server: IncusServer): Promise<string[]> {
  if (record.type !== 'bridge' || record.status === null) return [];
  const notLive = record.members.filter(({ state }) => !['Created', 'Unavailable', 'unknown'].includes(state));
  const found = await inParallel(notLive, SIDE_BY_SIDE, async ({ member }) => {
    // An interface that cannot be asked for may be there.
    const stands = await hasInterface(server, record.network, isClustered ? member : '').catch(() => true);
    return stands ? [member] : [];
  });
  return found.flat();
}
