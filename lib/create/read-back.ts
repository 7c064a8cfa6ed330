import { causeText } from '../errors.js';
import { isForbidden } from '../incus/failures.js';
import { listNetworkNames, readInterface, readMembers, readProjectUsers } from '../incus/networks.js';
import { readRow } from '../incus/rows.js';
import type { IncusServer } from '../incus/server.js';
import { nameInUrl } from '../incus/paths.js';
import type { JournalEntry } from '../journal/schema.js';
import { remains as says } from '../words/rollbacks.js';
import { makerOf } from './maker.js';
import { observe } from './observe.js';

export type ReadBack = { kind: 'gone' } | { kind: 'remains'; what: string[]; interfaces: Stray[] } | { kind: 'unreadable'; reason: string };

/** An interface of the network's name that was not there before. */
export interface Stray {
  /** Null on a server that is not clustered. */
  member: string | null;
  /** Incus has made it for this network; else nothing shows who has made it. */
  isOfIncus: boolean;
}

/** A network, and what stood under its name before. */
export type Trace = Pick<JournalEntry, 'project' | 'network' | 'type'> & {
  before: Pick<JournalEntry['before'], 'interfaces'>;
  /** The members that were asked for interfaces before; absent where that is all of them. */
  server?: Pick<JournalEntry['server'], 'members'>;
  /** With these an interface can be told from somebody else's; without, every one counts. */
  steps?: JournalEntry['steps'];
};

/** Whether anything of the network is left: the record, its row, its name in lists, its interfaces. */
export async function readBack(entry: Trace, server: IncusServer): Promise<ReadBack> {
  const key = { project: entry.project, network: entry.network };
  try {
    const [record, names, users, row, interfaces] = await Promise.all([
      observe(server, key),
      // Restricted to other projects, one may read the record in `default`, and not the lists (measured on 6.0.4).
      unlessForbidden(listNetworkNames(server, entry.project)),
      unlessForbidden(readProjectUsers(server, entry.project)),
      readRow(server, key).catch(() => null), // a connection without database rights has the other four
      strayInterfaces(entry, server),
    ]);
    if (record.kind === 'unreadable') return record;

    const what = [
      ...(record.kind === 'absent' ? [] : [says.record(entry.network)]),
      ...(row === null || record.kind !== 'absent' ? [] : [says.row(row.id)]),
      // In `default` the list holds the host's interfaces too; those are judged below.
      ...(entry.project !== 'default' && record.kind === 'absent' && names.includes(entry.network) ? [says.listed] : []),
      ...(record.kind === 'absent' && users.some((url) => url.startsWith('/1.0/networks/') && nameInUrl(url) === entry.network)
        ? [says.mark(entry.project)]
        : []),
      ...interfaces.map(({ member }) => says.interfaceOn(entry.network, member)),
    ];
    return what.length === 0 ? { kind: 'gone' } : { kind: 'remains', what, interfaces };
  } catch (error) {
    return { kind: 'unreadable', reason: causeText(error) };
  }
}

async function unlessForbidden(list: Promise<string[]>): Promise<string[]> {
  try {
    return await list;
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

/** Interfaces of the network's name that were not there before us, save those that are surely somebody else's. */
export async function strayInterfaces(entry: Trace, server: IncusServer): Promise<Stray[]> {
  if (entry.type !== 'bridge') return [];
  const record = await observe(server, { project: 'default', network: entry.network });
  if (record.kind === 'unreadable') throw new Error(record.reason);
  // While a record stands, the interfaces are its own.
  if (record.kind !== 'absent') return [];
  const online = (await readMembers(server)).filter(({ status }) => status !== 'Offline').map(({ server_name: name }) => name);
  // A member that was not asked before proves nothing: what stands there may have stood there all the time.
  const wasAsked = (name: string): boolean => entry.server === undefined || entry.server.members?.includes(name) === true;
  const targets = online.length === 0 ? [undefined] : online.filter(wasAsked);
  const stray = await Promise.all(
    targets.map(async (target) => {
      const wasThere = target === undefined ? entry.before.interfaces.length > 0 : entry.before.interfaces.includes(target);
      if (wasThere) return [];
      const found = await readInterface(server, entry.network, target);
      const config = entry.steps?.at(-1)?.request.body.config;
      const maker = found === null || config === undefined ? 'unknown' : makerOf(found, config);
      return found === null || maker === 'somebody-else' ? [] : [{ member: target ?? null, isOfIncus: maker === 'incus' }];
    }),
  );
  return stray.flat();
}
