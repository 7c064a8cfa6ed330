import type { NetworkKey } from '../incus/networks.js';
import type { NetworkRow } from '../incus/rows.js';
import { rowStates } from '../incus/rows.js';
import type { FindingKind } from './finding.js';

/** How one member stands to a record. */
export interface MemberState {
  member: string;
  /** `Created`, `Pending`, `Errored`, `Unavailable`; `not defined`; or `unknown`, where the member cannot be asked. */
  state: string;
}

/** A record that is not as it should be, seen so twice. */
export interface BrokenRecord extends NetworkKey {
  /** Pending, Errored, …, as the server shows it; null where the server cannot load it. */
  status: string | null;
  /** Null where neither the server nor the database told. */
  type: string | null;
  /** The server's own words, where it cannot load the record. */
  reason: string | null;
  /** Null where the connection may not use the database; then `whyNoRow`. */
  row: NetworkRow | null;
  whyNoRow: string;
  members: MemberState[];
  /** The database has it as Created everywhere: a sound network, whose Open vSwitch or OVN is down at the moment. */
  isSoundRow: boolean;
  usedBy: string[];
}

export type RecordKind = Extract<FindingKind, `${string}-record`>;

/** What kind of broken a record is. */
export function kindOf({ status, row, members }: BrokenRecord, isClustered: boolean): RecordKind {
  if (status === null) return 'hidden-record';
  if (row?.state === rowStates.created) return 'half-created-record';
  if (status === 'Errored' || row?.state === rowStates.errored) return 'errored-record';
  // `--target` is the one way to a definition; without a cluster it is a create that was cut off (networksPost, 6.0.4).
  if (status === 'Pending' && (isClustered || row?.state === rowStates.pending) && !isLiveSomewhere(members)) return 'pending-record';

  return 'half-created-record';
}

/** Whether there is more to it than definitions. */
export function isLiveSomewhere(members: MemberState[]): boolean {
  return members.some(({ state }) => state === 'Created');
}

/** Names of the members in a state, in order. */
export function inState(members: MemberState[], state: string): string[] {
  return members.filter((one) => one.state === state).map(({ member }) => member);
}
