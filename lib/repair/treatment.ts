import type { BrokenRecord } from '../doctor/broken-record.js';
import { inState, isLiveSomewhere } from '../doctor/broken-record.js';
import { list } from '../words/grammar.js';

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
  if (record.isSoundRow) return leave('it is Created on every member: the server cannot load it because Open vSwitch or OVN are down', 'bring Open vSwitch and OVN back');
  return record.status === null ? ofHidden(record, circumstances) : ofVisible(record, circumstances);
}

function ofHidden({ row, whyNoRow, members }: BrokenRecord, { rowUsers }: Circumstances): Treatment {
  if (row === null) return leave(`only the database can remove it, and that cannot be reached over this connection: ${whyNoRow}`, 'run this on a cluster member, as a user who may use the unix socket');
  if (isLiveSomewhere(members)) {
    return leave(`it is Created on ${list(inState(members, 'Created'))}, and without its row the server could never take that down`, 'bring Open vSwitch and OVN back; then this again');
  }
  if (rowUsers.length > 0) return leave(`it is in use by ${list(rowUsers)}`, 'take it out of their devices; then this again');

  return { kind: 'delete-row' };
}

function ofVisible({ usedBy, row, members }: BrokenRecord, { offline, isClustered, runsInterface }: Circumstances): Treatment {
  if (usedBy.length > 0) return leave(`it is in use by ${list(usedBy)}`, 'take it out of their devices; then this again');
  // DELETE asks every member, and gives up when one does not answer (networkDelete, cmd/incusd/networks.go, 6.0.4).
  if (offline.length > 0) return leave(`${list(offline)} cannot be reached, and the server removes a network on all members or not at all`, `bring ${list(offline)} back; then this again`);
  // A definition that is Pending is passed over by DELETE, whatever runs in its name (the same place).
  if (!isClustered && runsInterface && !isLiveSomewhere(members)) {
    return row === null
      ? leave('its interface runs, though the server takes it for Pending, and would leave the interface behind', 'run this on the server itself, as a user who may use the unix socket')
      : { kind: 'adopt-and-delete' };
  }
  return { kind: 'delete' };
}

function leave(why: string, hint: string): Treatment {
  return { kind: 'leave', why, hint };
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
