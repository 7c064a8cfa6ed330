import { ServerError, causeText } from '../errors.js';
import { isForbidden, isInterfaceWithoutOvs, isLoadFailure } from '../incus/failures.js';
import type { IncusServer } from '../incus/server.js';
import type { NetworkKey } from '../incus/networks.js';
import { listNetworkNames, readNetwork } from '../incus/networks.js';
import type { NetworkRow } from '../incus/rows.js';
import { readRow } from '../incus/rows.js';

/** What stands under a name now. */
export type Observed =
  | { kind: 'absent' }
  | { kind: 'record'; status: string; type: string; config: Record<string, string>; description: string; locations: string[]; usedBy: string[] }
  /** Listed, but the server cannot load it. `row` is null where this connection may not read the database; `whyNoRow` says so. */
  | { kind: 'hidden'; reason: string; row: NetworkRow | null; whyNoRow: string }
  | { kind: 'unreadable'; reason: string };

/** Reads what stands under the name, in any state. Never throws: not knowing is an answer. */
export async function observe(server: IncusServer, key: NetworkKey): Promise<Observed> {
  try {
    const network = await readNetwork(server, key);
    if (network === null || !network.managed) return { kind: 'absent' };
    const { status, type, config, description, locations, used_by: usedBy } = network;
    return { kind: 'record', status, type, config, description, locations, usedBy };
  } catch (error) {
    // Any other error of the server says nothing about the record, and least of all that it is hidden.
    const isTelling = error instanceof ServerError && (isLoadFailure(error) || isInterfaceWithoutOvs(error));
    if (!isTelling) return { kind: 'unreadable', reason: causeText(error) };
    return observeUnloadable(server, key, error);
  }
}

async function observeUnloadable(server: IncusServer, key: NetworkKey, failure: ServerError): Promise<Observed> {
  const reason = failure.message;
  try {
    const row = await readRow(server, key);
    // Without a record, the name can only belong to an interface that Incus does not manage.
    return row === null ? { kind: 'absent' } : { kind: 'hidden', reason, row, whyNoRow: '' };
  } catch (noSql) {
    try {
      const isListed = (await listNetworkNames(server, key.project)).includes(key.network);
      // In `default` the list holds the host's interfaces as well, so there only the server's words tell.
      const isRecord = isListed && (key.project !== 'default' || isLoadFailure(failure));
      return isRecord ? { kind: 'hidden', reason, row: null, whyNoRow: causeText(noSql) } : { kind: 'absent' };
    } catch (error) {
      if (isForbidden(error) && isLoadFailure(failure)) return { kind: 'hidden', reason, row: null, whyNoRow: causeText(noSql) };
      return { kind: 'unreadable', reason: causeText(error) };
    }
  }
}
