import { causeText } from '../errors.js';
import { readMembers, readNetwork, waitForCreateLock } from '../incus/networks.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalEntry } from '../journal/schema.js';
import { members as says, progress } from '../words/rollbacks.js';
import type { Situation } from './next-move.js';
import type { Observed } from './observe.js';
import { observe } from './observe.js';
import { hasAddedDefinition } from './ours.js';
import type { Settling } from './settle.js';

/** Two looks this far apart (milliseconds) must agree before a cluster's record counts as nobody's work in progress. */
const SECOND_LOOK = 2_000;

/** Reads the record once nobody is at work on it any more. */
export async function observeSettled(entry: JournalEntry, { answer, interrupted }: Situation, settling: Settling): Promise<Observed | 'in-flight'> {
  const first = answer === 'none' || answer === 'open' ? null : await observe(settling.server, entry);
  // Answered, and nothing half-made in sight that could be ours to undo: nothing to wait for.
  const isTheirs = answer === 'taken' && !hasAddedDefinition(entry);
  if (first !== null && (!isHalfMade(first) || isTheirs || (answer === 'yes' && !interrupted))) return first;

  try {
    return await lookTwice(entry, first, settling);
  } catch (error) {
    return { kind: 'unreadable', reason: causeText(error) };
  }
}

/**
 * A record that is half made may be somebody's create that is still running. The server's lock tells for the
 * answering member, and so for a server that is not clustered: what looks the same before the lock and after it, nobody
 * was at work on. Through another member of a cluster it shows as Errored or Pending until it is done, so there two
 * looks, with the lock free before each, must agree, down to what each member says of itself.
 */
async function lookTwice(entry: JournalEntry, first: Observed | null, { server, patience, onProgress, pause }: Settling): Promise<Observed | 'in-flight'> {
  const isAlone = entry.server.members?.length === 0;
  let last = isAlone && first !== null ? JSON.stringify(first) : null;
  for (let looks = 0; looks < 10; looks++) {
    onProgress(progress.waiting);
    if (!(await waitForCreateLock(server, askedProject(entry), patience))) return 'in-flight';
    const now = await observe(server, entry);
    if (!isHalfMade(now)) return now;

    const seen = JSON.stringify(isAlone ? now : [now, await memberStatuses(entry, server)]);
    if (seen === last) return now;
    last = seen;
    onProgress(progress.lookingTwice);
    if (!isAlone) await pause(SECOND_LOOK);
  }
  return 'in-flight';
}

/** The project of our requests: those who are restricted to it may not send any to `default`, where the network lands. */
function askedProject({ steps, project }: JournalEntry): string {
  const path = steps[0]?.request.path ?? '';
  return new URL(path, 'http://incus').searchParams.get('project') ?? project;
}

export function isHalfMade(observed: Observed): boolean {
  return observed.kind === 'record' && observed.status !== 'Created';
}

/** The network's status on each member that can be asked: `Created` where it is live. */
export async function memberStatuses(entry: JournalEntry, server: IncusServer): Promise<{ member: string; status: string }[]> {
  const members = await readMembers(server);
  return Promise.all(
    members.map(async ({ server_name: member, status }) => {
      if (status === 'Offline') return { member, status };
      const network = await readNetwork(server, entry, member).catch(() => null);
      return { member, status: network?.managed ? network.status : '' };
    }),
  );
}

/** A member that does not answer in this time (milliseconds) bears nothing out; the server itself gives up after 10 s. */
const MEMBER_PATIENCE = 12_000;

/** Members that do not show the network as Created, with what they show or why they show nothing. */
export async function notCreated(entry: JournalEntry, server: IncusServer): Promise<{ member: string; status: string }[]> {
  // Those who may not see the members see in the record where it is defined.
  const names = entry.server.members ?? (await readNetwork(server, entry).catch(() => null))?.locations ?? [];
  const shown = await Promise.all(
    names.map(async (member) => {
      try {
        const network = await readNetwork(server, entry, member, { timeout: MEMBER_PATIENCE });
        return { member, status: network === null ? says.hasNone : network.status === 'Created' ? '' : says.showsItAs(network.status) };
      } catch (error) {
        return { member, status: says.notAsked(causeText(error)) };
      }
    }),
  );
  return shown.filter(({ status }) => status !== '');
}
