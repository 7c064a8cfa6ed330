import { ServerError, causeText } from '../errors.js';
import { isInterfaceWithoutOvs, isLoadFailure } from '../incus/failures.js';
import type { NetworkKey } from '../incus/networks.js';
import { readNetwork, waitForCreateLock } from '../incus/networks.js';
import type { Network } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import { progress } from '../words/findings.js';
import { SIDE_BY_SIDE, inParallel } from './parallel.js';
import type { Suspect } from './suspects.js';
import { HIDDEN, keyText, lookText } from './suspects.js';
import type { UnfinishedRow } from './unfinished-rows.js';
import { readUnfinishedRows } from './unfinished-rows.js';

/** A record under a second look. */
export interface Look {
  project: string;
  name: string;
  /** Null where the server cannot load it. */
  network: Network | null;
  /** Why it cannot. */
  reason: string | null;
  /** Its row, where the database was read and the record is not Created everywhere. */
  row: UnfinishedRow | null;
}

/** What the second look found. */
export interface Confirmed {
  broken: Look[];
  /** Changing before our eyes, or perhaps so: somebody's create that still runs. */
  inFlight: NetworkKey[];
  unreadable: (NetworkKey & { why: string })[];
}

export interface Looking {
  server: IncusServer;
  /** False where the answering member's lock tells everything: a server on its own, and a connection that may create. */
  mayOthersCreate: boolean;
  /** Whether the connection may read the database. */
  hasRows: boolean;
  /** Milliseconds to wait for a create that the answering member has under way. */
  patience: number;
  onProgress(text: string): void;
  /** Lets that many milliseconds go by. */
  pause(milliseconds: number): Promise<void>;
}

/** Milliseconds between two looks that must agree, where creates may run that no lock tells of. */
const BETWEEN_LOOKS = 2_000;
const MOST_LOOKS = 5;

/**
 * A record that is half made may be a create that still runs. The lock tells for the answering member; a
 * create through another member of a cluster shows as Errored until it is done. So a record is broken when
 * two looks agree, with the lock free in between. `surveyedAt`: when the first look began, as performance.now().
 */
export async function lookAgain(suspects: Suspect[], surveyedAt: number, looking: Looking): Promise<Confirmed> {
  const confirmed: Confirmed = { broken: [], inFlight: [], unreadable: [] };
  const [first] = suspects;
  if (first === undefined) return confirmed;

  const { server, mayOthersCreate, patience, onProgress, pause } = looking;
  onProgress(progress.lookingTwice(suspects.length));
  const isLockFree = await waitForCreateLock(server, first.project, patience);
  let undecided = suspects;
  let last = surveyedAt;
  // Looking longer at what a held lock leaves open would tell no more.
  for (let looks = 0; looks < (isLockFree ? MOST_LOOKS : 1) && undecided.length > 0; looks++) {
    if (mayOthersCreate || looks > 0) await pause(Math.max(0, last + BETWEEN_LOOKS - performance.now()));
    last = performance.now();
    undecided = await lookOnce(undecided, isLockFree, looking, confirmed);
  }
  confirmed.inFlight.push(...undecided);
  return confirmed;
}

/** Looks at each suspect; resolves to those that look different from before, or are not to be judged yet. */
async function lookOnce(suspects: Suspect[], isLockFree: boolean, looking: Looking, confirmed: Confirmed): Promise<Suspect[]> {
  const rows = await rowsByKey(looking);
  const undecided = await inParallel(suspects, SIDE_BY_SIDE, async (suspect) => {
    const look = await lookAt(suspect, rows, looking.server);
    if (look === 'sound') return [];
    if ('why' in look) {
      confirmed.unreadable.push(look);
      return [];
    }
    const text = look.network === null ? HIDDEN : lookText(look.network.status, look.row ?? undefined);
    if (text !== suspect.firstLook || !(isLockFree || isNoCreateUnderWay(look))) return [{ ...suspect, firstLook: text }];

    confirmed.broken.push(look);
    return [];
  });
  return undecided.flat();
}

/** A create that runs shows as Errored, or as a row that is Created before its member is: neither Pending in a cluster nor hidden for long. */
function isNoCreateUnderWay({ network, row }: Look): boolean {
  return network === null || (network.status === 'Pending' && network.locations.length > 0 && row?.state === 0);
}

async function lookAt({ project, network: name }: Suspect, rows: Map<string, UnfinishedRow>, server: IncusServer): Promise<Look | 'sound' | (NetworkKey & { why: string })> {
  const key = { project, network: name };
  const seen = { project, name, row: rows.get(keyText(key)) ?? null };
  try {
    const network = await readNetwork(server, key);
    if (network === null || !network.managed) return 'sound';
    return network.status === 'Created' && seen.row === null ? 'sound' : { ...seen, network, reason: null };
  } catch (error) {
    if (error instanceof ServerError && isLoadFailure(error)) return { ...seen, network: null, reason: error.message };
    if (error instanceof ServerError && isInterfaceWithoutOvs(error)) return 'sound';
    return { ...key, why: causeText(error) };
  }
}

async function rowsByKey({ server, hasRows }: Looking): Promise<Map<string, UnfinishedRow>> {
  const rows = hasRows ? await readUnfinishedRows(server) : [];
  return new Map(rows.map((row) => [keyText({ project: row.project, network: row.name }), row]));
}
