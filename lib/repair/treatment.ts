import { removalOnMember } from '../create/on-member.js';
import type { BrokenRecord } from '../doctor/broken-record.js';
import { inState, isLiveSomewhere } from '../doctor/broken-record.js';
import { repairCommand } from '../words/commands.js';
import { records as findings } from '../words/findings.js';
import { reasons } from '../words/repairs.js';

/** What is to be done about a broken record. */
export type Treatment =
  /** Through the API: the server can load it. */
  | { kind: 'delete' }
  /** Its row, in one guarded statement: the server cannot load it. */
  | { kind: 'delete-row' }
  /** The network runs, though its row says otherwise: DELETE would leave the interface behind, so the row is set right first. */
  | { kind: 'adopt-and-delete' }
  | { kind: 'leave'; why: string; hint: string };

/** What a treatment is judged by, besides the record. */
export interface Circumstances {
  /** Members that are Offline. */
  offline: string[];
  /** Instances and profiles that use a record that the server cannot load. */
  rowUsers: string[];
  isClustered: boolean;
  /** Whether an interface runs that is provably this network's. */
  runsInterface: boolean;
}

/** The safe way to remove a record, or why there is none now. Pure. */
export function treatmentOf(record: BrokenRecord, circumstances: Circumstances): Treatment {
  if (record.isSoundRow) return leave(reasons.isSound);
  return record.status === null ? ofHidden(record, circumstances) : ofVisible(record, circumstances);
}

function ofHidden(record: BrokenRecord, { rowUsers, isClustered }: Circumstances): Treatment {
  const { row, whyNoRow, members } = record;
  if (row === null) return leave(reasons.noDatabase(whyNoRow, findings.repairOnMember(repairCommand('local', record), isClustered), removalOnMember(record)));
  if (isLiveSomewhere(members)) return leave(reasons.isLive(inState(members, 'Created')));
  if (rowUsers.length > 0) return leave(reasons.inUse(rowUsers));

  return { kind: 'delete-row' };
}

function ofVisible({ usedBy, row, members }: BrokenRecord, { offline, isClustered, runsInterface }: Circumstances): Treatment {
  if (usedBy.length > 0) return leave(reasons.inUse(usedBy));
  // DELETE asks every member, and gives up when one does not answer (networkDelete, cmd/incusd/networks.go, 6.0.4).
  if (offline.length > 0) return leave(reasons.offline(offline));
  // A definition that is Pending is passed over by DELETE, whatever runs in its name (the same place).
  if (!isClustered && runsInterface && !isLiveSomewhere(members)) {
    return row === null ? leave(reasons.interfaceRuns) : { kind: 'adopt-and-delete' };
  }
  return { kind: 'delete' };
}

function leave(reason: { why: string; hint: string }): Treatment {
  return { kind: 'leave', ...reason };
}

/**
 * Whether the record can be made a working network instead: a create that is sent again goes by the definitions
 * that are there (networksPostCluster, 6.0.4). Only a bridge can be defined where it is missing without keys of that member.
 */
export function isFinishable({ status, type, members, usedBy }: BrokenRecord, isClustered: boolean): boolean {
  if (!isClustered || usedBy.length > 0 || type === null || type === 'ovn') return false;
  const isDefinedEverywhere = inState(members, 'not defined').length === 0;

  return (status === 'Pending' && (isDefinedEverywhere || type === 'bridge')) || (status === 'Errored' && isDefinedEverywhere);
}
